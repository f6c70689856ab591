import { z } from 'zod';
import { countOf, formatCount } from './units.ts';

/**
 * What a limit of an input says that has no words of its own; zod's own speak of types. Whoever makes schemas imports
 * this, so that forms, API and CLI say the same.
 */
z.config({
  customError: (issue) => {
    if (issue.code === 'too_small') return limitWords('At least', issue.origin, Number(issue.minimum));
    if (issue.code === 'too_big') return limitWords('At most', issue.origin, Number(issue.maximum));
    return undefined;
  },
});

function limitWords(which: string, origin: string, limit: number): string {
  if (origin === 'string') return `${which} ${countOf(limit, 'character')}.`;
  if (origin === 'array' || origin === 'set')
    return `${which} ${limit === 1 ? 'one' : formatCount(limit)} of them.`;
  return `${which} ${formatCount(limit)}.`;
}
