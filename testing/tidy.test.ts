import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Import, importsOf, lineAt, readSources, type SourceFile } from './source-files.ts';

/** The architecture as a test: who may import whom, how large a file may be, what may not be written. */

const sources = readSources();
const shipped = sources.filter(
  (file) => !isTest(file.path) && !['testing', 'e2e', 'bench'].includes(file.room),
);

function isTest(path: string): boolean {
  return /\.(test|spec)\.tsx?$/.test(path);
}

interface RoomRule {
  /** Rooms, or folders and files in them, that may be imported. */
  rooms: readonly string[];
  /** npm packages; `node:*` stands for all of Node's own modules. */
  packages: readonly string[];
  /** Imported for their types only. */
  typesOf?: readonly string[];
}

const RULES: Record<string, RoomRule> = {
  domain: { rooms: [], packages: ['zod'] },
  engine: { rooms: ['domain'], packages: ['node:*', 'zod'] },
  drizzle: { rooms: ['domain'], packages: ['drizzle-orm', 'pg', 'pg-boss', 'node:*'] },
  client: {
    rooms: [
      'domain',
      'engine/chunks',
      'engine/indexes',
      'engine/threads',
      'engine/posix.ts',
      'engine/hierarchy/manifest.ts',
    ],
    packages: ['node:*', 'zod'],
  },
  server: {
    rooms: ['domain', 'drizzle'],
    packages: ['@trpc/server', 'better-auth', 'drizzle-orm', 'superjson', 'zod', 'node:*'],
  },
  worker: {
    rooms: ['domain', 'drizzle', 'engine', 'client'],
    packages: ['node:*', 'drizzle-orm', 'pino', 'selfsigned', 'zod'],
  },
  components: {
    rooms: ['domain'],
    typesOf: ['server/trpc/root.ts'],
    packages: [
      'react',
      'react-dom',
      'next',
      '@trpc/client',
      '@trpc/tanstack-react-query',
      '@tanstack/react-query',
      '@tanstack/react-table',
      'superjson',
      'zod',
      'radix-ui',
      'class-variance-authority',
      'clsx',
      'tailwind-merge',
      'lucide-react',
      'sonner',
      'cmdk',
      'next-themes',
      'react-hook-form',
      '@hookform/resolvers',
    ],
  },
  app: {
    rooms: ['domain', 'components', 'server/trpc', 'server/auth'],
    packages: ['next', 'react', '@trpc/server', '@tanstack/react-query', 'geist', 'node:*'],
  },
  cli: {
    rooms: ['domain', 'client'],
    typesOf: ['server/trpc/root.ts'],
    packages: ['@trpc/client', 'superjson', 'commander', 'yaml', 'zod', 'node:*'],
  },
  scripts: {
    rooms: ['domain', 'drizzle', 'engine/posix.ts'],
    packages: ['node:*', 'pg', 'drizzle-orm', 'next', 'wabt'],
  },
};

/** Places with a right of their own, and why. */
const EXCEPTIONS: Record<string, readonly string[]> = {
  'engine/posix.ts': ['koffi'], // the only door to system calls that Node lacks
  'engine/chunks/zstd.ts': ['koffi'],
  'components/trpc/password-link.ts': ['@trpc/server/observable'], // what links of the client are made of
};

const NODE_MODULES = new Set(builtinModules);

describe('who may import whom', () => {
  test('every room imports only what its row of the table allows', () => {
    const broken = shipped.flatMap((file) =>
      importsOf(file)
        .filter((found) => !isAllowed(file, found))
        .map((found) => `${found.file}:${found.line} must not import ${found.target}`),
    );
    expect(broken).toEqual([]);
  });

  test('imports name existing files with their extension, relative inside a room and by # between rooms', () => {
    const broken = sources.flatMap((file) =>
      importsOf(file)
        .filter(
          (found) =>
            isOurs(found.target) && (crossesRooms(file, found.target) || !resolves(file, found.target)),
        )
        .map((found) => `${found.file}:${found.line} ${found.target}`),
    );
    expect(broken).toEqual([]);
  });

  test('a folder named internal is seen by its parent alone', () => {
    const broken = sources.flatMap((file) =>
      importsOf(file)
        .filter((found) => {
          const target = resolvePath(file, found.target);
          const at = target.indexOf('/internal/');
          return at >= 0 && !file.path.startsWith(`${target.slice(0, at)}/`);
        })
        .map((found) => `${found.file}:${found.line} ${found.target}`),
    );
    expect(broken).toEqual([]);
  });
});

describe('how the code looks', () => {
  test('no file swallows its room: 400 lines, 250 for a component', () => {
    const long = sources
      .filter((file) => !isTest(file.path))
      .filter((file) => file.lines.length > (file.path.endsWith('.tsx') ? 250 : 400))
      .map((file) => `${file.path} has ${file.lines.length} lines`);
    expect(long).toEqual([]);
  });

  test('no index.ts, no utils.ts, no file named like its room, no export *', () => {
    const broken = shipped.filter((file) => {
      const name = file.path
        .split('/')
        .at(-1)
        ?.replace(/\.(ts|tsx|mjs)$/, '');
      return name === 'index' || name === 'utils' || name === file.room || /^export \*/m.test(file.text);
    });
    expect(broken.map((file) => file.path)).toEqual([]);
  });

  test('time and chance are passed in; only doors read the clock', () => {
    const DOORS =
      /^(scripts|cli|components|app)\/|^worker\/(real-clock|gateway\/certificate)\.ts$|^server\/trpc\/server-context\.ts$/;
    const broken = matches(/\b(Date\.now|Math\.random|new Date\(\))/g).filter(
      ({ path }) => !DOORS.test(path),
    );
    expect(broken.map(({ at }) => at)).toEqual([]);
  });

  test('the environment is read in env.ts only', () => {
    const broken = matches(/\bprocess\.env\b/g).filter(
      ({ path }) => !/(^|\/)(env|web-env|up|test|fix-lock)\.(ts|mjs)$/.test(path) && !path.startsWith('app/'),
    );
    expect(broken.map(({ at }) => at)).toEqual([]);
  });

  test('nothing is left to do, and no path of one machine is named', () => {
    const words = ['TO', 'DO|FIX', 'ME|XX', 'X'].join('');
    const broken = matches(new RegExp(`\\b(${words})\\b|/(home|root|work)/[a-z]`, 'g'));
    expect(broken.map(({ at }) => at)).toEqual([]);
  });

  test('a service authorizes in its first statement', () => {
    const broken = shipped
      .filter((file) => /^server\/services\/[^/]+\//.test(file.path))
      .flatMap((file) =>
        [
          ...file.text.matchAll(
            /^export async function\*? (\w+)\(\s*context: [\s\S]*?\n?\)[^\n]*\{\n([^\n]*)/gm,
          ),
        ]
          .filter(
            (match) =>
              !/\brequire(Privilege|PrivilegeBelow|Session|Content)\(|\/\/ public:/.test(match[2] ?? ''),
          )
          .map((match) => `${file.path}: ${match[1]}`),
      );
    expect(broken).toEqual([]);
  });
});

function isAllowed(file: SourceFile, found: Import): boolean {
  const { target } = found;
  if (target.startsWith('.')) return true;
  if (EXCEPTIONS[file.path]?.includes(target)) return true;
  const rule = RULES[file.room];
  if (!rule) return true;
  if (target.startsWith('#')) return isRoomAllowed(file.room, rule, found);
  if (target.startsWith('node:')) return rule.packages.includes('node:*');
  const name = packageName(target);
  return !NODE_MODULES.has(name) && rule.packages.includes(name);
}

function isRoomAllowed(room: string, rule: RoomRule, found: Import): boolean {
  const target = found.target.slice(1);
  const within = (places: readonly string[]) =>
    places.some((place) => target === place || target.startsWith(`${place}/`));
  return (
    target.startsWith(`${room}/`) || within(rule.rooms) || (found.typeOnly && within(rule.typesOf ?? []))
  );
}

function packageName(target: string): string {
  const parts = target.split('/');
  return target.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

function isOurs(target: string): boolean {
  return target.startsWith('.') || target.startsWith('#');
}

function resolvePath(file: SourceFile, target: string): string {
  return target.startsWith('#') ? target.slice(1) : join(dirname(file.path), target);
}

function resolves(file: SourceFile, target: string): boolean {
  const path = resolvePath(file, target);
  return /\.(ts|tsx|mjs|css|json)$/.test(path) && existsSync(join(import.meta.dirname, '..', path));
}

function crossesRooms(file: SourceFile, target: string): boolean {
  const room = resolvePath(file, target).split('/')[0];
  return target.startsWith('.') && room !== file.room && !/\.(css|json)$/.test(target);
}

function matches(pattern: RegExp): { path: string; at: string }[] {
  return shipped.flatMap((file) =>
    [...file.text.matchAll(pattern)].map((match) => ({
      path: file.path,
      at: `${file.path}:${lineAt(file, match.index)} ${match[0]}`,
    })),
  );
}
