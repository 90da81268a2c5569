/** Words that are more than names where a command begins. Source: POSIX.1-2024 XCU 2.4; bash(1) RESERVED WORDS. */

/** Words that open what another word closes. */
export const opens: Readonly<Record<string, string>> = {
  if: 'fi',
  while: 'done',
  until: 'done',
  select: 'done',
};
/** Words that stand between commands of one group. */
export const between: ReadonlySet<string> = new Set(['then', 'elif', 'else', 'do', '!', 'time', 'in']);
export const closes: ReadonlySet<string> = new Set(['fi', 'done', 'esac', '}']);

/** They take assignments as words, and arrays among them. */
export const declares: ReadonlySet<string> = new Set(['declare', 'typeset', 'local', 'export', 'readonly']);
