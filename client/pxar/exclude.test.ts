import { describe, expect, test } from 'vitest';
import { must } from '#domain/result.ts';
import { type ByteText, byteTextOf, EMPTY, readable } from './byte-text.ts';
import { PatternList, parseExcludeFile, parsePattern, recordPatterns } from './exclude.ts';

function excludes(pattern: string, path: string, isDirectory = false): boolean {
  return new PatternList([must(parsePattern(pattern))]).decide(byteTextOf(path), isDirectory) === 'exclude';
}

describe('one pattern', () => {
  test.each<[pattern: string, matched: string[], unmatched: string[]]>([
    ['core', ['/core', '/a/core', '/a/b/core'], ['/cores', '/acore', '/core/a']],
    ['b/c', ['/b/c', '/a/b/c'], ['/ab/c', '/b/cc', '/b/x/c']],
    ['/tmp', ['/tmp'], ['/a/tmp', '/tmp/a', '/tmpx']],
    ['*.o', ['/x.o', '/a/b/x.o', '/.o'], ['/x.oo', '/x.o/y', '/xo']],
    ['/var/*/log', ['/var/a/log', '/var/b/log'], ['/var/a/b/log', '/var/log', '/x/var/a/log']],
    ['a?c', ['/abc', '/x/axc'], ['/ac', '/abbc', '/a/c']],
    ['[a-c]x', ['/ax', '/bx', '/cx'], ['/dx', '/x', '/-x']],
    ['[!a-c]x', ['/dx', '/-x'], ['/ax', '/x']],
    ['[^a]x', ['/bx'], ['/ax', '/y/ax']],
    ['[]x]y', ['/]y', '/xy'], ['/y']],
    ['[a\\]]y', ['/ay', '/]y'], ['/\\y']],
    ['[[:digit:]]*', ['/1', '/7z'], ['/a1']],
    ['[a-]b', ['/ab', '/-b'], ['/bb']],
    ['\\*', ['/*', '/a/*'], ['/a', '/**']],
    ['a\\?b', ['/a?b'], ['/axb']],
    ['**', ['/a', '/a/b/c'], []],
    ['**/lost+found', ['/lost+found', '/a/lost+found', '/a/b/lost+found'], ['/xlost+found', '/lost+found/a']],
    ['/a/**/z', ['/a/z', '/a/b/z', '/a/b/c/z'], ['/az', '/a/bz', '/b/a/z', '/a/z/b']],
    ['/a/**', ['/a/b', '/a/b/c'], ['/a', '/ab', '/b/a/c']],
    ['a/b**/c', ['/a/bxx/c'], ['/a/bxx/yy/c']],
    ['***/x', ['/x', '/a/x'], ['/ax']],
    ['a*b*c', ['/axxbxxc', '/abc', '/abcbc'], ['/axxbxx', '/ac']],
    ['./x', ['/x', '/a/x'], ['/xx']],
    ['a/../b', ['/b', '/q/b'], ['/a/b/c']],
    ['/..//b', [], ['/b']],
    ['ü*', ['/über'], ['/uber']],
  ])('%s', (pattern, matched, unmatched) => {
    expect(matched.filter((path) => !excludes(pattern, path))).toEqual([]);
    expect(unmatched.filter((path) => excludes(pattern, path))).toEqual([]);
  });

  test('a question mark is one byte, so a letter of two bytes needs two', () => {
    expect(excludes('?', '/ü')).toBe(false);
    expect(excludes('??', '/ü')).toBe(true);
  });

  test('a trailing slash restricts to directories', () => {
    expect(excludes('cache/', '/a/cache', true)).toBe(true);
    expect(excludes('cache//', '/cache', true)).toBe(true);
    expect(excludes('cache/', '/a/cache', false)).toBe(false);
  });

  test.each(['', '!', 'a\0b', '[abc', '[', 'a\\', '[[:nothing:]]', '../x', 'a/../../x'])(
    '%j is refused',
    (text) => {
      expect(parsePattern(text)).toMatchObject({ ok: false, problem: { code: 'PATTERN_INVALID' } });
    },
  );

  test('a pattern that makes other matchers explode is decided at once', () => {
    const pattern = `${'*a'.repeat(40)}*b`;
    const deep = '**/'.repeat(40);
    const path = `/${'a'.repeat(4000)}`;
    expect(excludes(pattern, path)).toBe(false);
    expect(excludes(`${deep}x`, '/a'.repeat(2000))).toBe(false);
  });
});

describe('a list', () => {
  test('the last matching pattern decides', () => {
    const list = new PatternList(
      ['*.log', '!keep.log', 'very/keep.log'].map((text) => must(parsePattern(text))),
    );
    expect(list.decide('/a.log' as ByteText, false)).toBe('exclude');
    expect(list.decide('/keep.log' as ByteText, false)).toBe('include');
    expect(list.decide('/very/keep.log' as ByteText, false)).toBe('exclude');
    expect(list.decide('/other' as ByteText, false)).toBeNull();
  });

  test('forgets what a directory added when it is left', () => {
    const list = new PatternList([must(parsePattern('a'))]);
    list.push(must(parsePattern('b')));
    list.truncate(1);
    expect(list.decide('/b' as ByteText, false)).toBeNull();
    expect(list.decide('/a' as ByteText, false)).toBe('exclude');
  });

  test('is recorded one pattern a line, as it was meant', () => {
    const patterns = ['/tmp', '!keep', 'cache//', './x/../y'].map((text) => must(parsePattern(text)));
    expect(readable(recordPatterns(patterns))).toBe('/tmp\n!keep\ncache/\ny\n');
  });
});

describe('an exclude file', () => {
  test('anchors lines with a slash at its own directory, and leaves others loose', () => {
    const { patterns, problems } = parseExcludeFile(
      byteTextOf('# comment\n\n  /build  \r\n*.o\n!/build/keep\nbad[\n'),
      byteTextOf('src/lib'),
    );
    const list = new PatternList(patterns);
    expect(list.decide('/src/lib/build' as ByteText, true)).toBe('exclude');
    expect(list.decide('/build' as ByteText, true)).toBeNull();
    expect(list.decide('/src/lib/x/build' as ByteText, true)).toBeNull();
    expect(list.decide('/src/lib/deep/x.o' as ByteText, false)).toBe('exclude');
    expect(list.decide('/src/lib/build/keep' as ByteText, false)).toBe('include');
    expect(problems).toEqual([expect.stringContaining('line 6')]);
  });

  test('in a directory whose name looks like a pattern means that directory literally', () => {
    const list = new PatternList(parseExcludeFile(byteTextOf('/x'), byteTextOf('a[b]*')).patterns);
    expect(list.decide('/a[b]*/x' as ByteText, false)).toBe('exclude');
    expect(list.decide('/ab/x' as ByteText, false)).toBeNull();
  });

  test('says when a line was read differently', () => {
    const { problems, patterns } = parseExcludeFile(byteTextOf('./x\n'), EMPTY);
    expect(patterns).toHaveLength(1);
    expect(problems).toEqual(['line 1: read as x']);
  });
});
