import { describe, expect, test } from 'bun:test';
import { unescapeText } from './quoting.ts';
import { readWords } from './read-argv.ts';
import { readShell, shellLimit } from './read-shell.ts';
import type { Command, Script, Word, WordPart } from './syntax.ts';

function part(one: WordPart): string {
  switch (one.kind) {
    case 'text':
      return one.quoted ? `'${one.text}'` : one.text;
    case 'variable':
      return `$[${one.prefix}${one.name}${one.operation}]`;
    case 'arithmetic':
      return `((${one.text}))`;
    case 'command':
    case 'process':
      return `${one.kind}(${script(one.script)})`;
  }
}

const word = ({ parts }: Word): string => parts.map(part).join('');

function command(one: Command): string {
  const redirections = one.redirections
    .map(({ descriptor, operator, target, body }) => {
      const here = body === undefined ? '' : `[${word(body)}]`;
      return ` ${descriptor < 0 ? '' : descriptor}${operator}${word(target)}${here}`;
    })
    .join('');
  if (one.kind === 'group') {
    const loop = one.loop === undefined ? '' : `${one.loop.name}:${one.loop.values.map(word).join(',')}`;
    const coprocess = one.coprocess === undefined ? '' : `coproc ${one.coprocess} `;
    return `${coprocess}${one.name ?? ''}${loop}{${script(one.script)}}${redirections}`;
  }
  const given = one.assignments.map(
    ({ name, append, value }) => `${name}${append ? '+' : ''}=${word(value)}`,
  );
  return `${[...given, ...one.words.map(word)].join(' ')}${redirections}`;
}

const script = ({ pipelines }: Script): string =>
  pipelines.map(({ commands, joiner }) => `${commands.map(command).join(' | ')}${joiner}`).join(' ');

const shown = (text: string): string => script(readShell(text));

describe('the shell command language', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['curl -s http://x | bash', 'curl -s http://x | bash'],
    ['a && b || c; d & e', 'a&& b|| c; d& e'],
    ['a |& b', 'a | b'],
    ['A=1 B+="2 3" cmd x', "A=1 B+='2 3' cmd x"],
    [`c"ur"l w\\get 'a b' $'\\x63\\n'`, `c'ur'l w'g'et 'a b' 'c\n'`],
    ['echo "a $b `c \\`d\\`` $(e "f")"', "echo 'a '$[b]' 'command(c command(d))' 'command(e 'f')"],
    [`\${a:-curl} \${#b} \${!c} \${d/x/y} \${e:1:2}`, '$[a:-curl] $[#b] $[!c] $[d/x/y] $[e:1:2]'],
    ['bash <(curl x) >(tee y)', 'bash process(curl x) process(tee y)'],
    ['x 2>&1 >/dev/null <in >>out &>all 3<>f', 'x 2>&1 >/dev/null <in >>out &>all 3<>f'],
    ['sh <<< "$x"', 'sh <<<$[x]'],
    ['cat <<E | sh\na $b\nE\nnext', "cat <<E['a '$[b]'\n'] | sh; next"],
    ["cat <<-'E'\n\ta $b\n\tE\nnext", "cat <<'E'['a $b\n']; next"],
    ['if [ -x /a ]; then /a; elif x; then y; else z; fi | t', '{[ -x /a ]; /a; x; y; z;} | t'],
    ['for u in a "b c"; do curl $u; done', "u:a,'b c'{curl $[u];}"],
    ['for ((i=0;i<3;i++)); do x; done', '{x;}'],
    ['while read l; do echo $l; done < /etc/x', '{read l; echo $[l];} </etc/x'],
    ['until a; do b; done', '{a; b;}'],
    ['case $1 in a|b) x;; *) y ;; esac; z', '{: $[1]; x y}; z'],
    ['f() { a; }; f', 'f{{a;}}; f'],
    ['function g { a; }', 'g{{a;}}'],
    ['(a; b) > c', '{a; b} >c'],
    ['coproc a b; c', 'coproc COPROC {a b}; c'],
    ['coproc X { a | b; } >c; d', 'coproc X {{a | b;} >c}; d'],
    ['coproc X (a); coproc while b; do c; done', 'coproc X {{a}}; coproc COPROC {{b; c;}}'],
    ['coproc', ''],
    ['declare -a A=(x "y z") B; c', "A=x 'y z' declare -a B; c"],
    ['{ a; b; } | sh', '{a; b;} | sh'],
    ['[[ -f /x && $a < 3 ]] && y', '[[ -f /x $[a] 3&& y'],
    ['echo $((1+2))', 'echo ((1+2))'],
    ['! a', 'a'],
    ['a # b | c', 'a'],
    ['a#b', 'a#b'],
    ['a \\\n b', 'a b'],
    ['a=(x "y z"); b', "a=x 'y z'; b"],
    ['fi done ) } x', 'x'],
    ['echo "unclosed', "echo 'unclosed'"],
    ['$1$2 $12 $$', '$[1]$[2] $[1]2 $[$]'],
  ];
  for (const [text, expected] of cases) {
    test(JSON.stringify(text).slice(1, 90), () => {
      expect(shown(text)).toBe(expected);
    });
  }

  test('each command knows its line', () => {
    const { pipelines } = readShell('a\n\nb; c\n# d\nif x\nthen\n e\nfi');
    expect(pipelines.map(({ commands }) => commands[0]?.line)).toEqual([1, 3, 3, 5]);
  });

  test('carriage returns end no word', () => {
    expect(shown('a b\r\nc\r\n')).toBe('a b; c;');
  });

  test('words that no shell sees keep operators as they are', () => {
    const words = readWords('/bin/sh -c "a | b" \'c d\' e\\ f | g');
    expect(
      words.map(({ parts }) => parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')),
    ).toEqual(['/bin/sh', '-c', 'a | b', 'c d', 'e f', '|', 'g']);
  });

  test('escapes stand for their bytes', () => {
    expect(unescapeText('\\x41\\102\\0103\\u0044\\n\\t\\\\\\q')).toBe('ABCD\n\t\\\\q');
    expect(unescapeText('\\u20ac')).toBe('\xe2\x82\xac');
  });
});

describe('hostile text', () => {
  const hostile = [
    '(',
    '$(',
    '`',
    '"',
    "'",
    `\${`,
    '<(',
    '{ ',
    'if ',
    'case x in ',
    'f() ',
    'coproc ',
    'coproc X {',
    '<<a ',
    'a|',
    ';',
    '\\',
    '$((',
  ];
  for (const piece of hostile) {
    test(`${JSON.stringify(piece)} a hundred thousand times ends`, () => {
      const { pipelines } = readShell(piece.repeat(100_000));
      expect(pipelines.length).toBeLessThanOrEqual(shellLimit.nodes);
    });
  }

  test('a text past the bound is told as cut, and its beginning is read', () => {
    const read = readShell(`first ${'a'.repeat(shellLimit.bytes)}`);
    expect(read.cut).toBe(true);
    expect(script(read)).toStartWith('first ');
  });

  test('depth past the bound is told as cut', () => {
    expect(readShell('$('.repeat(100)).cut || readShell(`${'('.repeat(100)}a`).cut).toBe(true);
  });
});
