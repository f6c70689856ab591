import { isBackupError } from '#domain/errors.ts';
import { type Context, defineCommand, UsageError } from '../command.ts';
import { openApi } from '../connect/api.ts';
import { type Credentials, readCredentials, writeCredentials } from '../connect/credentials.ts';
import { checkAddress, checkToken } from '../connect/find-server.ts';
import { isLocal } from '../connect/unreachable.ts';
import { readTextFile } from '../read-text.ts';
import { text } from '../values.ts';

export const command = defineCommand({
  about:
    'Checks the token and keeps it in credentials.json below ~/.config/ironcore-backup, readable by you alone. The\n' +
    'server that was logged in to last is the one that commands talk to. Asks for what is not given.',
  examples: [
    'ironcore-backup login --server https://backup.example.com',
    'ironcore-backup login --server https://backup.example.com --token-file -',
  ],
  options: {
    token: text('--token <token>', 'The token itself; other users of this host can see it'),
  },
  async run(context, { token }) {
    const { environment, print } = context;
    const console = await askAddress(context);
    const credentials = readCredentials(environment.credentialsFile);
    if (console.startsWith('http://') && !isLocal(console)) {
      print.warn('warning: the token travels unencrypted to that server; use https.');
    }
    const proven = await proveWhoWeAre(context, console, token, credentials);
    const savedAt = new Date(context.clock.now()).toISOString();
    writeCredentials(environment.credentialsFile, {
      current: console,
      servers: { ...credentials.servers, [console]: { ...proven, savedAt } },
    });
    const { principal } = proven;
    await print.done({ console, principal }, `Logged in to ${console} as ${principal}.`);
    const [name] =
      environment.server !== null
        ? ['IBS_SERVER']
        : environment.dataDirectory !== null
          ? ['IBS_DATA_DIR']
          : [];
    if (name) print.say(`${name} is set, so commands go on using that server until you unset it.`);
  },
});

async function askAddress(context: Context): Promise<string> {
  const { globals, environment, terminal } = context;
  if (globals.server !== null) return checkAddress(globals.server, '--server');
  if (environment.server !== null) return checkAddress(environment.server, 'IBS_SERVER');
  if (!terminal.canAsk) throw new UsageError('There is no server to log in to.', 'Name it by --server.');
  return checkAddress((await terminal.ask('Address of the console: ')).trim(), 'what was typed');
}

interface Proven {
  token: string;
  principal: string;
}

/** A token that was given, else the one that is saved and still good, else one that is typed. */
async function proveWhoWeAre(
  context: Context,
  console: string,
  given: string | undefined,
  credentials: Credentials,
): Promise<Proven> {
  const token = await givenToken(context, given);
  if (token !== null) return prove(context, console, token);
  const saved = credentials.servers[console];
  if (saved) {
    try {
      return await prove(context, console, saved.token);
    } catch (error) {
      if (!isBackupError(error, 'AUTH_REQUIRED', 'AUTH_FAILED')) throw error;
      context.print.warn('The saved token is no longer valid.');
    }
  }
  if (!context.terminal.canAsk) {
    throw new UsageError('There is no token.', 'Pipe it in with --token-file -, or name a file.');
  }
  const typed = await context.terminal.askSecret('API token (user@realm!name:secret): ');
  return prove(context, console, checkToken(typed, 'what was typed'));
}

async function givenToken(context: Context, given: string | undefined): Promise<string | null> {
  const { globals, environment, print } = context;
  const file = globals.tokenFile ?? environment.tokenFile;
  if (given !== undefined) {
    print.warn(
      'warning: a token on the command line shows in the list of processes and in the shell history.',
    );
    return checkToken(given, '--token');
  }
  if (file !== null)
    return checkToken(await readTextFile(context, file), file === '-' ? 'standard input' : file);
  return environment.token === null ? null : checkToken(environment.token, 'IBS_TOKEN');
}

async function prove(context: Context, console: string, token: string): Promise<Proven> {
  const { principal } = await openApi({ console, token }, context.signal).session.me.query();
  return { token, principal };
}
