/**
 * sudoers(5): who may run what as whom, the aliases in it, its Defaults and its includes.
 *
 * What it is NOT: a decision of sudo; hosts are kept as they stand, and aliases are expanded by `AliasTable`. A line
 * that is no sudoers is told as `unreadable` (sudo refuses it or passes it over, by its version).
 * Source: sudoers(5), SUDOERS FILE FORMAT. Bounds: those of `sudoers-lines.ts`; 4,096 members of a list.
 */
import { type LogicalLine, SudoersCursor, sudoersLines } from './sudoers-lines.ts';

export interface Member {
  readonly negated: boolean;
  /** `ALL`, a name, `%group`, `%#gid`, `#uid`, `+netgroup`, an alias, or a command with its arguments. */
  readonly text: string;
}

export type AliasKind = 'user' | 'runas' | 'host' | 'command';

export interface Grant {
  /** Empty where nothing stands: root. */
  readonly runas: readonly Member[];
  readonly groups: readonly Member[];
  /** `NOPASSWD`, `SETENV`, … as they are in force here; a later one undoes its opposite. */
  readonly tags: readonly string[];
  readonly command: Member;
}

export interface DefaultsSetting {
  readonly name: string;
  readonly negated: boolean;
  readonly operator: '' | '=' | '+=' | '-=';
  readonly value: string;
}

export type SudoersLine = Pick<LogicalLine, 'line' | 'shown' | 'concealed'> &
  (
    | { readonly kind: 'include'; readonly path: string; readonly folder: boolean }
    | {
        readonly kind: 'alias';
        readonly of: AliasKind;
        readonly name: string;
        readonly members: readonly Member[];
      }
    | {
        readonly kind: 'defaults';
        /** Empty for all; else as it stands: `:ada`, `@host`, `!command`, `>root`. */
        readonly scope: string;
        readonly settings: readonly DefaultsSetting[];
      }
    | {
        readonly kind: 'rule';
        readonly users: readonly Member[];
        readonly hosts: readonly Member[];
        readonly grants: readonly Grant[];
      }
    | { readonly kind: 'unreadable' }
  );

type Body = SudoersLine extends infer L
  ? L extends SudoersLine
    ? Omit<L, keyof LogicalLine>
    : never
  : never;

const mostMembers = 4_096;
/** Members and aliases that one expansion looks at: aliases of nothing but aliases end too. */
const mostSteps = 10_000;
const tag =
  /((?:NO)?(?:EXEC|FOLLOW|LOG_INPUT|LOG_OUTPUT|MAIL|INTERCEPT|PASSWD|SETENV)|EXEC|PASSWD|SETENV|FOLLOW)\s*:/y;
const option = /(ROLE|TYPE|PRIVS|LIMITPRIVS|NOTBEFORE|NOTAFTER|TIMEOUT|CWD|CHROOT|APPARMOR_PROFILE)\s*=/y;
const digest = /\s*sha(?:224|256|384|512)\s*:\s*[A-Za-z0-9+/=]+\s*,?/y;

function negation(cursor: SudoersCursor): boolean {
  let negated = false;
  while (cursor.take('!')) negated = !negated;
  return negated;
}

/** Members apart by commas, up to a character of `ends`. */
function list(
  cursor: SudoersCursor,
  stops: string,
  read = cursor.word.bind(cursor, stops),
): readonly Member[] {
  const members: Member[] = [];
  do {
    const negated = negation(cursor);
    const text = read();
    if (text !== '') members.push({ negated, text });
    cursor.blanks();
  } while (members.length < mostMembers && cursor.take(','));
  return members;
}

/** A name of a user may hold a colon only after `%`: a group of another service. */
function userList(cursor: SudoersCursor): readonly Member[] {
  return list(cursor, ' \t,=()!:', () => {
    const foreign = cursor.match(/\s*%:/y);
    const word = cursor.word(' \t,=()!:');
    return foreign === undefined ? word : `%:${word}`;
  });
}

/** The last of a pair of opposites is in force. */
function withTag(tags: readonly string[], added: string): readonly string[] {
  const bare = (one: string): string => one.replace(/^NO(?=[A-Z])/, '');
  return [...tags.filter((one) => bare(one) !== bare(added)), added];
}

function grantsOf(cursor: SudoersCursor): readonly Grant[] {
  const grants: Grant[] = [];
  let runas: readonly Member[] = [];
  let groups: readonly Member[] = [];
  let tags: readonly string[] = [];
  do {
    if (cursor.take('(')) {
      runas = userList(cursor);
      groups = cursor.take(':') ? userList(cursor) : [];
      cursor.take(')');
    }
    for (let found = true; found; ) {
      cursor.blanks();
      const name = cursor.match(tag)?.[1];
      if (name !== undefined) tags = withTag(tags, name);
      else if (cursor.match(option) !== undefined) cursor.word(' \t');
      else found = cursor.match(digest) !== undefined;
    }
    const negated = negation(cursor);
    const text = cursor.command();
    if (text !== '') grants.push({ runas, groups, tags, command: { negated, text } });
  } while (grants.length < mostMembers && cursor.take(','));
  return grants;
}

function aliasesOf(of: AliasKind, cursor: SudoersCursor): readonly Body[] {
  const found: Body[] = [];
  do {
    const name = cursor.word(' \t=');
    if (!cursor.take('=')) break;
    const members =
      of === 'command'
        ? list(cursor, '', () => {
            while (cursor.match(digest) !== undefined);
            return cursor.command();
          })
        : of === 'host'
          ? list(cursor, ' \t,=()!')
          : userList(cursor);
    found.push({ kind: 'alias', of, name, members });
  } while (cursor.take(':') && found.length < mostMembers);
  return found;
}

function defaultsOf(cursor: SudoersCursor): Body {
  const scope = /[@:!>]/.test(cursor.peek()) ? cursor.word(' \t') : '';
  const settings: DefaultsSetting[] = [];
  do {
    const negated = negation(cursor);
    const name = cursor.word(' \t,=+-!');
    cursor.blanks();
    const operator = cursor.match(/\+=|-=|=/y)?.[0] ?? '';
    const value = operator === '' ? '' : cursor.word(',');
    if (name !== '' && settings.length < mostMembers) {
      const known = operator === '+=' || operator === '-=' || operator === '=' ? operator : '';
      settings.push({ name, negated, operator: known, value: value.trim() });
    }
    cursor.blanks();
  } while (cursor.take(','));
  return { kind: 'defaults', scope, settings };
}

function rulesOf(cursor: SudoersCursor): readonly Body[] {
  const users = userList(cursor);
  const rules: Body[] = [];
  do {
    const hosts = list(cursor, ' \t,=()!');
    if (!cursor.take('=')) return [...rules, { kind: 'unreadable' }];
    const grants = grantsOf(cursor);
    if (users.length === 0 || hosts.length === 0 || grants.length === 0)
      return [...rules, { kind: 'unreadable' }];
    rules.push({ kind: 'rule', users, hosts, grants });
  } while (cursor.take(':') && rules.length < mostMembers);
  cursor.blanks();
  return cursor.done ? rules : [...rules, { kind: 'unreadable' }];
}

const aliasKinds: Readonly<Record<string, AliasKind>> = {
  User: 'user',
  Runas: 'runas',
  Host: 'host',
  Cmnd: 'command',
  Cmd: 'command',
};

function bodiesOf(text: string): readonly Body[] {
  const cursor = new SudoersCursor(text);
  const include = cursor.match(/[#@]include(dir)?\s+/y);
  if (include !== undefined) {
    return [{ kind: 'include', path: cursor.word(' \t'), folder: include[1] !== undefined }];
  }
  const alias = cursor.match(/(User|Runas|Host|Cmnd|Cmd)_Alias\s+/y)?.[1];
  const kind = alias === undefined ? undefined : aliasKinds[alias];
  if (kind !== undefined) return aliasesOf(kind, cursor);
  if (cursor.match(/Defaults(?=[\s@:!>])/y) !== undefined) return [defaultsOf(cursor)];
  return rulesOf(cursor);
}

export function parseSudoers(bytes: Uint8Array): readonly SudoersLine[] {
  return sudoersLines(bytes).flatMap(({ line, text, shown, concealed }) =>
    bodiesOf(text).map((body): SudoersLine => ({ line, shown, concealed, ...body })),
  );
}

/** Aliases of all files of a host; an alias may be used before it is written. */
export class AliasTable {
  readonly #members = new Map<string, readonly Member[]>();

  add(of: AliasKind, name: string, members: readonly Member[]): void {
    this.#members.set(`${of} ${name}`, members);
  }

  /** Members with aliases put in, up to `most`; an alias within itself ends. */
  expand(of: AliasKind, members: readonly Member[], most = 256): readonly Member[] {
    const out: Member[] = [];
    let steps = 0;
    const visit = (list: readonly Member[], negated: boolean, path: readonly string[]): void => {
      for (const member of list) {
        steps += 1;
        if (out.length >= most || steps > mostSteps) return;
        const key = `${of} ${member.text}`;
        const inner = this.#members.get(key);
        if (inner === undefined) out.push({ text: member.text, negated: negated !== member.negated });
        else if (!path.includes(key) && path.length < 16)
          visit(inner, negated !== member.negated, [...path, key]);
      }
    };
    visit(members, false, []);
    return out;
  }
}
