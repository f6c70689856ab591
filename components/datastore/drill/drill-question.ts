/** How many reports the card shows. */
const SHOWN = 10;

export function drillQuestion(name: string) {
  return { name, limit: SHOWN };
}
