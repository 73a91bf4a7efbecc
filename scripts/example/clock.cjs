// Loaded before the command line (`node --require`): lets it believe that it is EXAMPLE_TIME, so that the example's
// sessions have a past. Time goes on from there as it always does.
const RealDate = Date;
const wanted = RealDate.parse(process.env.EXAMPLE_TIME ?? '');
const shift = Number.isNaN(wanted) ? 0 : wanted - RealDate.now();

class ExampleDate extends RealDate {
  /** @param {[] | [value: number | string | Date]} parts */
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + shift);
    else super(...parts);
  }

  /** @override */
  static now() {
    return RealDate.now() + shift;
  }
}

globalThis.Date = /** @type {DateConstructor} */ (ExampleDate);
