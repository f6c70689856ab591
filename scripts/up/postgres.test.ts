import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { startPostgres } from './postgres.ts';

test.each([
  ['missing', null],
  ['empty', ''],
  ['cut short', 'abcdef\n'],
])('a password that is %s for a cluster that exists: one line with the remedy', async (_, text) => {
  const path = temporaryDirectory();
  fs.chmodSync(path, 0o711);
  const [directory, passwordFile] = [join(path, 'postgres'), join(path, 'database.password')];
  fs.mkdirSync(directory);
  fs.writeFileSync(join(directory, 'PG_VERSION'), '18\n');
  if (text !== null) fs.writeFileSync(passwordFile, text);
  await expect(startPostgres({ directory, passwordFile })).rejects.toThrow(
    /^.*database\.password is missing, empty or damaged.*Put it back from a backup.*$/,
  );
});

test.skipIf(process.getuid?.() !== 0)('root is told which directory keeps PostgreSQL out', async () => {
  const path = join(temporaryDirectory(), 'closed');
  fs.mkdirSync(join(path, 'data'), { recursive: true });
  fs.chmodSync(path, 0o700);
  fs.chmodSync(join(path, '..'), 0o711);
  const options = { directory: join(path, 'data', 'postgres'), passwordFile: join(path, 'data', 'password') };
  await expect(startPostgres(options)).rejects.toThrow(
    /^PostgreSQL runs as "nobody" .* may not enter .*\/closed\. Let others pass \(chmod o\+x .*IBS_DATA_DIR.*$/,
  );
});
