import type { TrashListInput } from '../../trpc/views.ts';
import type { TableState } from '../../ui/table/table-state.ts';

/** The question to the server that the address of the list stands for. */

export const TRASH_PAGE = 50;

export function trashQuestion(
  datastore: string,
  { text }: Pick<TableState, 'text'>,
  offset: number,
): TrashListInput {
  const search = text.trim();
  return { datastore, ...(search === '' ? {} : { search }), offset, limit: TRASH_PAGE };
}

/** As it stands when nothing is filtered: what is asked before the page is sent. */
export function firstTrashQuestion(datastore: string): TrashListInput {
  return trashQuestion(datastore, { text: '' }, 0);
}

/** Where the next page begins, as the address writes it; null for the end. */
export function nextPage(offset: number, shown: number, total: number): string | null {
  return offset + shown < total ? String(offset + shown) : null;
}
