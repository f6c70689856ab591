import { passedText, stepText } from '#domain/explain-access.ts';
import { PRIVILEGES } from '#domain/permissions.ts';
import { defineCommand } from '../../command.ts';
import type { Explanation } from '../../connect/api.ts';
import { choice, requiredText } from '../../values.ts';

export const command = defineCommand({
  about:
    'Walks from / down to the path and shows what counts at each step; the deepest that counts decides. A token\n' +
    'may what it and its user both may. With --privilege it says yes or no, and ends with 1 for a no.',
  examples: [
    'ironcore-backup acl explain --auth-id alice@ibs --path /datastore/ibs-primary/production',
    'ironcore-backup acl explain --auth-id alice@ibs!deploy --path /datastore/ibs-primary --privilege Datastore.Backup',
  ],
  options: {
    principal: requiredText('--auth-id <principal>', 'User, API token or user group', {
      complete: 'grantee',
    }),
    path: requiredText('--path <path>', 'Where: /, /datastore, /datastore/NAME or a namespace below it'),
    privilege: choice('--privilege <privilege>', PRIVILEGES, 'Only whether this may be done'),
  },
  async run({ api, print, endWith }, { principal, path, privilege }) {
    const explanation = await (await api()).acl.explain.query({ principal, path, privilege });
    await print.value(explanation, () => [...answerLines(explanation), ...walkLines(explanation)]);
    if (explanation.answer?.allowed === false) endWith(1);
  },
});

function answerLines({ principal, path, active, privileges, answer }: Explanation): string[] {
  if (answer) {
    const { privilege, allowed, because } = answer;
    return [`${allowed ? 'Yes' : 'No'}: ${principal}, ${privilege} on ${path}.`, ...because];
  }
  if (!active) return [`${principal} is disabled or has expired, and may do nothing.`];
  return [`${principal} on ${path}: ${privileges.join(', ') || 'nothing'}.`];
}

function walkLines({ walks }: Explanation): string[] {
  return walks.flatMap(({ principal, steps, deciding }) => [
    '',
    `${principal}:`,
    ...steps.flatMap((step) => [
      `  ${step.path}  ${stepText(step)}${step.path === deciding ? ' (decides)' : ''}`,
      ...step.passed.map((passed) => `    ${passedText(passed)}`),
    ]),
  ]);
}
