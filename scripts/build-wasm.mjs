// Assembles client/pipeline/gear.wat into the TypeScript module beside it. A test checks that the two agree.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import loadWabt from 'wabt';

const directory = join(import.meta.dirname, '..', 'client', 'pipeline');
const wabt = await loadWabt();
const text = readFileSync(join(directory, 'gear.wat'), 'utf8');
const module = wabt.parseWat('gear.wat', text, { threads: true, mutable_globals: true });
const { buffer } = module.toBinary({});
const lines =
  Buffer.from(buffer)
    .toString('base64')
    .match(/.{1,96}/g) ?? [];
writeFileSync(
  join(directory, 'gear-module.ts'),
  `/** gear.wat, assembled by \`npm run wasm\`. */\nexport const GEAR_MODULE =\n${lines.map((line) => `  '${line}'`).join(' +\n')};\n`,
);
