/** Hexadecimal digits that nobody else has. They are names, no secrets. */
export function randomHex(digits: 8 | 12 | 16): string {
  const eight = () =>
    Math.floor(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return `${eight()}${eight()}`.slice(0, digits);
}
