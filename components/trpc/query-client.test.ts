import { expect, test } from 'vitest';
import { makeQueryClient } from './query-client.ts';

test('on the server, what fails is asked for once: the page must not wait for it', async () => {
  let asked = 0;
  const refuse = () => {
    asked += 1;
    throw new Error('refused');
  };
  await makeQueryClient().prefetchQuery({ queryKey: ['refused'], queryFn: refuse });
  expect(asked).toBe(1);
});
