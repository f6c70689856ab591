import { parseGroupRef } from '#domain/ids.ts';
import { parsedOption, text, wholeNumber } from '../../values.ts';

/** Which part of a datastore a command is for. */
export const scopeOptions = {
  namespace: text('--ns, --namespace <namespace>', 'Only this namespace and those below it', {
    complete: 'namespace',
  }),
  depth: wholeNumber('--max-depth <levels>', 'Only so many levels below it; 0 for none (default: all)', 0),
  group: parsedOption('--group <group>', 'Only this group of the namespace, such as vm/12345', parseGroupRef),
};
