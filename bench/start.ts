/** The door of the parts, like that of the executable: engine first, then what is needed. */
import { startLean } from '../src/native/engine.ts';

async function main(argv: readonly string[]): Promise<number> {
  const manyRecords = ['log', 'evtx', 'hive'].includes(argv[0] ?? '');
  if (argv[0] !== '--internal') startLean(manyRecords ? 'logs' : 'scan');
  return (await import('./part.ts')).runPart(argv);
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
