/** The door. Loads only what the command needs: `--version` answers before anything else is read. */
import { version } from './version.ts';

async function main(argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv;
  if (argv.length === 1 && (first === '--version' || first === '-V')) {
    process.stdout.write(`demine ${version}\n`);
    return 0;
  }
  if (first === '--internal') return (await import('./internal.ts')).internal(rest);
  (await import('../native/engine.ts')).startLean();
  return (await import('./run.ts')).run(argv);
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
