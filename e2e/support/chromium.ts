import * as fs from 'node:fs';
import { join } from 'node:path';

/** What Playwright needs to launch a browser that it did not download. */
export interface Chromium {
  executablePath: string;
  env?: Record<string, string>;
}

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Stands for the browser of the npm package, also where the system has one. */
const PACKAGE = 'package';
const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'ibs-chromium');

/** `CHROMIUM_PATH`, else the one of the system, else that of the npm package, unpacked with its libraries and fonts. */
export async function findChromium(): Promise<Chromium> {
  const wanted = process.env.CHROMIUM_PATH;
  if (wanted && wanted !== PACKAGE) return { executablePath: wanted };
  const own = wanted ? undefined : SYSTEM.find((path) => fs.existsSync(path));
  return own ? { executablePath: own } : unpack(CACHE);
}

async function unpack(cache: string): Promise<Chromium> {
  fs.mkdirSync(cache, { recursive: true });
  // The package decides by these, at its import, what it unpacks and where.
  const before = process.env.TMPDIR;
  process.env.TMPDIR = cache;
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs24.x';
  const { default: chromium } = await import('@sparticuz/chromium');
  const executablePath = await chromium.executablePath();
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  delete process.env.AWS_EXECUTION_ENV;
  const fonts = join(cache, 'fonts');
  pointFonts(fonts);
  const env = { ...process.env, LD_LIBRARY_PATH: join(cache, 'al2023', 'lib'), FONTCONFIG_PATH: fonts };
  return { executablePath, env: env as Record<string, string> };
}

/** Its font configuration names directories of another machine, and a cache that would be left behind. */
function pointFonts(fonts: string): void {
  const file = join(fonts, 'fonts.conf');
  if (!fs.existsSync(file)) return;
  const text = fs
    .readFileSync(file, 'utf8')
    .replace(/<dir[^>]*>[^<]*<\/dir>/g, `<dir>${join(fonts, 'fonts')}</dir>`)
    .replace(/<cachedir>[^<]*<\/cachedir>/, `<cachedir>${join(fonts, 'cache')}</cachedir>`);
  fs.writeFileSync(file, text);
}
