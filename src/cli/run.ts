/** Runs a command and turns errors into words. */
import { messagesFor } from '../messages/index.ts';
import { DemineError, errorText } from '../model/error.ts';
import { exitFailed } from '../model/verdict.ts';
import { errorLines } from '../report/error-lines.ts';
import { type Arguments, languageOf, parseArguments } from './arguments.ts';
import { errorWords } from './error-words.ts';
import { version } from './version.ts';

/** The language for errors of a command line that could not be read. */
function spoken(argv: readonly string[]): 'en' | 'zh-CN' {
  const at = argv.findIndex((argument) => argument === '--lang' || argument.startsWith('--lang='));
  const asked = at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1]);
  try {
    return languageOf(asked, process.env);
  } catch (thrown) {
    if (thrown instanceof DemineError) return languageOf(undefined, process.env);
    throw thrown;
  }
}

function tell(thrown: unknown, language: 'en' | 'zh-CN'): number {
  const error =
    thrown instanceof DemineError
      ? thrown
      : new DemineError('internal', errorText(thrown), { cause: thrown });
  const { what, next } = errorWords(error, language);
  process.stderr.write(errorLines(what, next, process.stderr.columns));
  // A failure of ours keeps its trace for whoever is asked to report it.
  if (error.code === 'internal' && thrown instanceof Error && process.env['DEMINE_DEBUG'] !== undefined) {
    process.stderr.write(`${thrown.stack ?? ''}\n`);
  }
  return exitFailed;
}

async function dispatch(parsed: Arguments): Promise<number> {
  switch (parsed.command) {
    case 'scan':
      return (await import('./commands/scan.ts')).scanCommand(parsed);
    case 'ps':
      return (await import('./commands/ps.ts')).psCommand(parsed);
    case 'net':
      return (await import('./commands/net.ts')).netCommand(parsed);
    case 'timeline':
      return (await import('./commands/timeline.ts')).timelineCommand(parsed);
    case 'evtx':
      return (await import('./commands/evtx.ts')).evtxCommand(parsed);
    case 'case':
      return (await import('./commands/case.ts')).caseCommand(parsed);
    case 'contain':
      return (await import('./commands/contain.ts')).containCommand(parsed);
    case 'sheet':
      return (await import('./commands/sheet.ts')).sheetCommand(parsed);
    case 'plan':
      return (await import('./commands/plan.ts')).planCommand(parsed);
    case 'clean':
      return (await import('./commands/clean.ts')).cleanCommand(parsed);
    case 'undo':
      return (await import('./commands/clean.ts')).undoCommand(parsed);
    case 'verify':
      return (await import('./commands/verify.ts')).verifyCommand(parsed);
    case 'key':
      return (await import('./commands/key.ts')).keyCommand(parsed);
    case 'watch':
      return (await import('./commands/watch.ts')).watchCommand(parsed);
    case 'rules':
      return (await import('./commands/rules.ts')).rulesCommand(parsed.language);
    case 'coverage':
      return (await import('./commands/coverage.ts')).coverageCommand(parsed);
    case 'schema':
      return (await import('./commands/schema.ts')).schemaCommand();
    case 'drill':
      return (await import('./commands/drill.ts')).drillCommand(parsed);
    case 'help':
      process.stdout.write(messagesFor(parsed.language).cli.help[parsed.topic]);
      return 0;
    case 'version':
      process.stdout.write(`demine ${version}\n`);
      return 0;
  }
}

export async function run(argv: readonly string[]): Promise<number> {
  let language = spoken(argv);
  try {
    const parsed = parseArguments(argv, process.env);
    language = parsed.language;
    return await dispatch(parsed);
  } catch (thrown) {
    return tell(thrown, language);
  }
}
