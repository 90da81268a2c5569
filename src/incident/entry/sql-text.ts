/**
 * A statement of SQL without its comments, and the same with nothing in its quotes: which of its words are commands.
 *
 * Both are of one length, so that what is found in one can be read in the other. Double quotes keep what is in them: it
 * may be a name. What it is NOT: a parser. A backslash, `#`, `--` without a blank, dollar quotes, comments within comments
 * or that MySQL runs, and text that is handed to another interpreter mean different things to different databases, so
 * where one of these stands nothing is taken for data: an attacker could hide a command in it.
 * Source: PostgreSQL documentation, Lexical Structure; MySQL, String Literals, Comments; SQL Server, Comments.
 */

export interface SqlText {
  readonly text: string;
  readonly bare: string;
}

const ambiguous =
  /[\\#$`]|--(?!\s|$)|\/\*M?!|\/\*(?:(?!\*\/).)*\/\*|\b(?:dblink|execute|exec|prepare|openquery|query_to_xml|sp_executesql|do)\b/is;
const token = /--[^\n]*|\/\*|'(?:[^']|'')*'|"(?:[^"]|"")*"/g;

/** Where a comment that may hold others ends. */
function commentEnd(statement: string, start: number): number {
  const close = statement.indexOf('*/', start + 2);
  return close < 0 ? statement.length : close + 2;
}

/** Every way in which a database may read it. */
export function sqlTexts(statement: string): readonly SqlText[] {
  if (ambiguous.test(statement)) {
    const without = statement.replace(/\/\*.{0,200}?\*\//gs, ' ');
    const within = statement.replace(/\/\*M?!?\d{0,6}|\*\//g, ' ');
    return [without, within].map((text) => ({ text, bare: text }));
  }
  let text = '';
  let bare = '';
  let at = 0;
  token.lastIndex = 0;
  for (let found = token.exec(statement); found !== null; found = token.exec(statement)) {
    const before = statement.slice(at, found.index);
    const [word] = found;
    const isComment = word.startsWith('-') || word.startsWith('/');
    text += before + (isComment ? ' ' : word);
    bare += before + (isComment ? ' ' : word.startsWith("'") ? `'${' '.repeat(word.length - 2)}'` : word);
    at = word === '/*' ? commentEnd(statement, found.index) : token.lastIndex;
    token.lastIndex = at;
  }
  const rest = statement.slice(at);
  return [{ text: text + rest, bare: bare + rest }];
}
