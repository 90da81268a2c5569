/** What `demine evtx` is asked, as data. */
import { compileExpression } from '../rules/field-expression/compile.ts';
import { ExpressionError, parseExpression } from '../rules/field-expression/expression.ts';
import { usage } from './usage.ts';

export interface EvtxArguments {
  readonly paths: readonly string[];
  /** Records as lines of JSON on standard output. */
  readonly lines: boolean;
  /** On the screen; beside lines, on standard error. */
  readonly summary: boolean;
  /** File for the page; `-` for standard output. */
  readonly html: string | undefined;
  /** An expression that can be used. */
  readonly where: string | undefined;
  readonly workers: number | undefined;
}

const mostWorkers = 64;

/** @throws DemineError `usage` with the place of what is wrong */
function expression(text: string): string {
  try {
    compileExpression(parseExpression(text));
    return text;
  } catch (thrown) {
    if (!(thrown instanceof ExpressionError)) throw thrown;
    return usage('not-expression', text, `${thrown.flaw} ${thrown.at}`);
  }
}

function workersOf(text: string): number {
  const count = Number(text);
  return /^\d{1,2}$/.test(text) && count >= 1 && count <= mostWorkers
    ? count
    : usage('not-workers', text, `${mostWorkers}`);
}

/** @throws DemineError `usage` */
export function evtxArguments(
  paths: readonly string[],
  values: {
    readonly json: boolean;
    readonly summary?: boolean | undefined;
    readonly html?: string | undefined;
    readonly where?: string | undefined;
    readonly workers?: string | undefined;
  },
): EvtxArguments {
  if (paths.length === 0) return usage('missing-argument', 'FILE|FOLDER', 'evtx');
  const { json: lines, html } = values;
  if (lines && html === '-') usage('excludes-option', '--json', '--html -');
  return {
    paths,
    lines,
    summary: values.summary === true || (!lines && html !== '-'),
    html,
    where: values.where === undefined ? undefined : expression(values.where),
    workers: values.workers === undefined ? undefined : workersOf(values.workers),
  };
}
