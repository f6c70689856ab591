import { expect, test } from 'vitest';
import { readUpConfig } from '#scripts/up/env.ts';
import { readEnvironment } from './env.ts';

test('the command line looks for the data directory where the server makes it', () => {
  for (const variables of [{}, { HOME: '/tmp/someone' }, { XDG_DATA_HOME: '/tmp/elsewhere' }]) {
    const { dataDirectory } = readUpConfig(variables as unknown as NodeJS.ProcessEnv);
    const environment = readEnvironment(variables as unknown as NodeJS.ProcessEnv);
    if (process.getuid?.() === 0 || !('HOME' in variables)) {
      expect(environment.defaultDataDirectory).toBe(dataDirectory);
    }
  }
  const named = { IBS_DATA_DIR: 'relative/data' } as unknown as NodeJS.ProcessEnv;
  expect(readEnvironment(named).dataDirectory).toBe(readUpConfig(named).dataDirectory);
});

test.each([
  [{}, true],
  [{ NO_COLOR: '1' }, false],
  [{ NO_COLOR: '' }, true],
  [{ TERM: 'dumb' }, false],
])('%j: colours %s', (variables, color) => {
  expect(readEnvironment(variables as unknown as NodeJS.ProcessEnv).color).toBe(color);
});

test.each([
  [{}, false],
  [{ LANG: 'C' }, false],
  [{ LANG: 'de_DE.UTF-8' }, true],
  [{ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }, false],
  [{ LC_CTYPE: 'C.utf8' }, true],
])('%j: more than ASCII %s', (variables, unicode) => {
  expect(readEnvironment(variables as unknown as NodeJS.ProcessEnv).unicode).toBe(unicode);
});

test('logins are kept where configuration belongs', () => {
  const file = (variables: object) => readEnvironment(variables as NodeJS.ProcessEnv).credentialsFile;
  expect(file({ HOME: '/home/alice' })).toBe('/home/alice/.config/ironcore-backup/credentials.json');
  expect(file({ HOME: '/home/alice', XDG_CONFIG_HOME: '/home/alice/conf' })).toBe(
    '/home/alice/conf/ironcore-backup/credentials.json',
  );
});
