/** With the fault tests everything is tried; without them, so that they stay quick, of long lists every fourth. */
const isThorough = process.env.IBS_TEST_THOROUGH === '1';
const SHARE = 4;

/** Which of them depends on `turn`: four tests in a row have all. */
export function some<T>(items: readonly T[], turn: number): readonly T[] {
  return isThorough ? items : items.filter((_, at) => (at + turn) % SHARE === 0);
}
