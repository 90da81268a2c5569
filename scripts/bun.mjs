// Starts Bun by the path of its platform package.
//
// The stub in node_modules/.bin works only after Bun's install script has run, and we run no install
// scripts; with them on, that script moves the binary away. The platform package itself is the same
// in both worlds, so every npm script goes through here. Runs on Node 20, which is all a new machine has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Names of the packages that could hold a Bun for this machine. */
function platformPackages() {
  const { platform, arch } = process;
  if (platform === 'linux') {
    const musl = !process.report.getReport().header.glibcVersionRuntime;
    const base = `bun-linux-${arch === 'arm64' ? 'aarch64' : arch}${musl ? '-musl' : ''}`;
    return [base];
  }
  if (platform === 'win32') return [`bun-windows-${arch === 'arm64' ? 'aarch64' : arch}`];
  if (platform === 'darwin') return [`bun-darwin-${arch === 'arm64' ? 'aarch64' : arch}`];
  return [];
}

// Bun's engine asks /proc for the bounds of its own stack, and aborts where it cannot.
if (process.platform === 'linux' && !existsSync('/proc/self/maps')) {
  process.stderr.write(
    'demine: /proc is not mounted here, or shows another pid namespace; nothing can be read without it.\n' +
      '        Mount it first: mount -t proc proc /proc\n',
  );
  process.exit(2);
}

const executable = process.platform === 'win32' ? 'bun.exe' : 'bun';
// With install scripts on, Bun's own moves the platform binary to node_modules/bun/bin/bun.exe.
const candidates = [
  ...platformPackages().map((name) => join(root, 'node_modules', '@oven', name, 'bin', executable)),
  join(root, 'node_modules', 'bun', 'bin', 'bun.exe'),
];
const bun = candidates.find((path) => existsSync(path));
if (bun === undefined) {
  process.stderr.write(
    `demine: no Bun for ${process.platform}-${process.arch} in node_modules.\n` +
      `Looked at:\n${candidates.map((path) => `  ${path}\n`).join('')}` +
      'Run "npm ci" in this folder; optional dependencies must not be left out.\n',
  );
  process.exit(2);
}

const child = spawn(bun, process.argv.slice(2), { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`demine: cannot start ${bun}: ${error.message}\n`);
  process.exit(2);
});
child.on('exit', (code, signal) => {
  process.exit(signal === null ? (code ?? 2) : 128 + (constants.signals[signal] ?? 0));
});
