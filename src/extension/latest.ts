/** Of several questions that are asked while earlier ones still wait, the answer to the last one counts. */
export class Latest {
  #asked = 0;

  /** Begins a question; what it gives says, after every wait, whether its answer still counts. */
  begin(): () => boolean {
    const mine = ++this.#asked;
    return () => mine === this.#asked;
  }
}
