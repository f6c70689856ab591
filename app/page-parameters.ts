/** What Next hands to a page. */
type Parameters = Readonly<Record<string, string | string[] | undefined>>;
export type SearchParams = Promise<Parameters>;

/** The same as browsers hold it. */
export function parametersOf(parameters: Parameters): URLSearchParams {
  const entries = Object.entries(parameters).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : (value ?? [])).map((each): [string, string] => [name, each]),
  );
  return new URLSearchParams(entries);
}
