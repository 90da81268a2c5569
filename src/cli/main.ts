/** The door. Loads only what the command needs: `--version` answers before anything else is read. */
import { version } from './version.ts';

/** Whether logs are most of what a command reads: those of an image, of a folder, or of a case. */
function workOf([first = '', second = '']: readonly string[]): 'scan' | 'logs' {
  // A folder may stand behind `scan` without a slash in its name; without `scan` only the slash tells it from a command.
  const isFolder = first === 'scan' ? /^[^-]/.test(second) : !first.startsWith('-') && first.includes('/');
  return ['case', 'timeline', 'evtx'].includes(first) || isFolder ? 'logs' : 'scan';
}

async function main(argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv;
  if (argv.length === 1 && (first === '--version' || first === '-V')) {
    process.stdout.write(`demine ${version}\n`);
    return 0;
  }
  if (first === '--internal') return (await import('./internal.ts')).internal(rest);
  (await import('../native/engine.ts')).startLean(workOf(argv));
  return (await import('./run.ts')).run(argv);
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
