// Plain JavaScript on purpose: it must run on an old Node to be able to say that it is too old.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Ironcore Backup needs Node 22.18 or newer to run; this is ${process.versions.node}.\n` +
      'On Linux x64 "npm ci" brings its own: start it with "npm start". Elsewhere, install a newer Node.\n',
  );
  process.exit(1);
}
await import('#drizzle/commonjs-build.ts');
await import('./up/main.ts');
