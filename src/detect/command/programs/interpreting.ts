/** Shells and interpreters: text, file or standard input that they run. */
import type { CommandLanguage } from '../../../model/facts/persistence.ts';
import { type Call, named, operands, type Program, type ProgramTable } from '../call.ts';
import { clean, decoded, fetchIn, isDecoded, isRequest, isUnknown, taintOf, unknown } from '../value.ts';
import { ranUnknown } from './wrapping.ts';

const shellNames = 'sh bash dash ash zsh ksh ksh93 mksh rbash lksh posh yash fish tcsh csh';
const shells: ReadonlySet<string> = new Set(shellNames.split(' '));

export const isShell = (name: string): boolean => shells.has(name);

/** The standard input is what runs. */
function runInput({ stdin, to }: Call, run: (text: string) => string): string {
  const { session } = to;
  if (stdin === '') return '';
  // `cat FILE | sh` runs the file.
  if (isUnknown(stdin)) for (const path of session.pipe) session.use(path, 'run');
  if (clean(stdin).trim() === '' && !isDecoded(stdin)) {
    const fetch = fetchIn(stdin);
    if (fetch !== undefined) session.sign('fetch-and-run', session.urlOf(fetch));
    else if (isRequest(stdin)) session.sign('web-shell');
    return taintOf(stdin);
  }
  return run(stdin);
}

const shell: Program = (call) => {
  const { args, stdin, to } = call;
  let text = false;
  let input = false;
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--' || word === '-') {
      at += 1;
      break;
    }
    if (!/^[-+]/.test(word)) break;
    if (/^-[a-zA-Z]*c[a-zA-Z]*$/.test(word)) text = true;
    if (/^-[a-zA-Z]*s[a-zA-Z]*$/.test(word)) input = true;
    if (/^(?:-o|\+o|-O|\+O|--rcfile|--init-file)$/.test(word)) at += 1;
  }
  const [first, ...rest] = args.slice(at);
  if (text && first !== undefined) {
    rest.slice(0, 4).forEach((value, index) => {
      to.session.set(String(index), value);
    });
    // Words that were joined without their quotes on the way here.
    const unquoted = rest.some((word) => /^(?:\||\|\||&&|;|&)$|:\/\//.test(word));
    ranUnknown(first, to);
    if (!unquoted) return to.shell(first, stdin);
    const whole = [first, ...rest].join(' ');
    return to.shell(/^(["'])(.*)\1$/s.exec(whole)?.[2] ?? whole, stdin);
  }
  if (first !== undefined && !input)
    return first === '/dev/stdin' ? runInput(call, (own) => to.shell(own)) : to.file(first, 'run', 'shell');
  return runInput(call, (own) => to.shell(own));
};

/** Calls by which a filter makes other letters of what it reads. */
const transforms = /\b(?:chr|hex|pack|unpack|ord|reverse|decode\w*|b64decode|fromhex|oct)\b|\b(?:y|tr)\//;

/** What a program of one line prints, or makes of its input where it prints nothing that is known. */
function through({ args, stdin }: Call, code: string, printed: string, language: CommandLanguage): string {
  const from = taintOf(stdin);
  if (printed !== '' || stdin === '') return `${from}${printed}`;
  const loops =
    (language === 'perl' && args.some((word) => /^-[a-zA-Z0]*[pn]/.test(word))) || /stdin|<>/i.test(code);
  if (!loops) return from;
  return transforms.test(code) ? decoded(unknown, stdin) : `${from}${unknown}`;
}

/** @param code options whose value is a program · `values` options that take another word */
const interpreter =
  (language: CommandLanguage, code: RegExp, values: RegExp = /^$/): Program =>
  (call) => {
    const { args, to } = call;
    for (let at = 0; at < args.length; at += 1) {
      const word = args[at] ?? '';
      if (word === '--') continue;
      if (code.test(word)) {
        const text = args[at + 1] ?? '';
        const { blind } = to.session;
        const printed = to.source(language, text);
        // What it runs without anybody knowing it is what it was given.
        const fetch = to.session.blind > blind ? fetchIn(call.stdin) : undefined;
        if (fetch !== undefined) to.session.sign('fetch-and-run', to.session.urlOf(fetch));
        return through(call, text, printed, language);
      }
      // A module of its own takes the input as data.
      if (language === 'python' && word === '-m') {
        return args[at + 1] === 'base64' && args.includes('-d')
          ? to.invoke(['base64', ...args.slice(at + 2)], call.stdin)
          : `${taintOf(call.stdin)}${unknown}`;
      }
      if (values.test(word)) {
        at += 1;
        continue;
      }
      if (word.startsWith('-') && word.length > 1) {
        const glued = /^-[a-zA-Z]*?[cer](['"(\s].*|[a-z]+[\s("'].*)$/s.exec(word)?.[1];
        if (glued !== undefined && language !== 'shell') return to.source(language, glued);
        continue;
      }
      if (word === '-' || word === '/dev/stdin') break;
      if (/^(?:https?|ftp):\/\//.test(word)) {
        to.session.sign('fetch-and-run', to.session.urlOf(to.session.fetch(word)));
        return '';
      }
      return to.file(word, 'run', language);
    }
    return runInput(call, (own) => to.source(language, own));
  };

const source: Program = ({ args, to, stdin }) => {
  const [file] = args.filter((word) => word !== '--');
  if (file === undefined) return '';
  if (file === '/dev/stdin') return to.shell(stdin);
  return to.file(file, 'sourced', 'shell');
};

const python = interpreter('python', /^-[a-zA-Z]*c$/, /^-[WX]$/);
const perl = interpreter('perl', /^-[a-zA-Z]*[eE]$/, /^-[IM]$/);
const php = interpreter('php', /^(?:-r|--run|-B|-R)$/, /^-[dcz]$/);
const ruby = interpreter('perl', /^-[a-zA-Z]*e$/, /^-[rI]$/);
const node = interpreter('javascript', /^(?:-e|-p|-pe|--eval|--print)$/, /^(?:-r|--require|--import)$/);

/** deno and bun name what they do first. */
const runtime: Program = (call) => {
  const [verb = '', ...rest] = call.args;
  if (verb === 'eval') return call.to.source('javascript', operands(rest)[0] ?? '');
  return /^(?:run|x|exec|serve)$/.test(verb) ? node({ ...call, args: rest }) : node(call);
};

const java: Program = ({ args, to }) => {
  const at = args.indexOf('-jar');
  if (at >= 0) to.session.use(args[at + 1] ?? '', 'run');
  for (const word of args) {
    const agent = /^-(?:javaagent|agentpath):([^=]+)/.exec(word)?.[1];
    if (agent !== undefined) to.session.use(agent, 'loaded');
  }
  return unknown;
};

export const interpretingPrograms: ProgramTable = {
  ...named(shellNames, shell),
  ...named('source .', source),
  ...named('python python2 python3 pypy pypy3', python),
  perl,
  php,
  ruby,
  ...named('node nodejs', node),
  ...named('bun deno', runtime),
  ...named('npx bunx pnpx', (call) => runtime({ ...call, args: ['x', ...call.args] })),
  ...named('lua luajit', interpreter('lua', /^-e$/, /^-l$/)),
  java,
};
