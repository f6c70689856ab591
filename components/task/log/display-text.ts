// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const CONTROL = /[\u0000-\u001f\u007f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const CONTROLS = /[\u0000-\u001f\u007f]/g;

/** A line as it is drawn: every character as wide as the others, so that its rows can be counted. */
export function displayText(text: string): string {
  if (!CONTROL.test(text)) return text;
  return text.replaceAll('\t', '    ').replaceAll('\n', ' ⏎ ').replaceAll(CONTROLS, '\ufffd');
}
