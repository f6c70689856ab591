import { expect, test } from 'vitest';
import { firstTrashQuestion, nextPage, TRASH_PAGE, trashQuestion } from './trash-question.ts';

test('what is typed is asked for, and nothing else', () => {
  expect(trashQuestion('main', { text: '  vm/12 ' }, 50)).toEqual({
    ...{ datastore: 'main', search: 'vm/12' },
    ...{ offset: 50, limit: TRASH_PAGE },
  });
  expect(firstTrashQuestion('main')).toEqual({ datastore: 'main', offset: 0, limit: TRASH_PAGE });
  expect(trashQuestion('main', { text: ' ' }, 0)).toEqual(firstTrashQuestion('main'));
});

test('a page has a next one as long as something is behind it', () => {
  expect(nextPage(0, 50, 51)).toBe('50');
  expect(nextPage(50, 1, 51)).toBeNull();
  expect(nextPage(0, 0, 0)).toBeNull();
});
