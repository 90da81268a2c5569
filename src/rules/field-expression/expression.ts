/**
 * Expressions over the fields of a record, as people type them: `EventID = 4625 and IpAddress != "-"`.
 *
 *   expression  = conjunction, { "or", conjunction }
 *   conjunction = negation, { "and", negation }
 *   negation    = "not", negation | "(", expression, ")" | comparison
 *   comparison  = field, ( operator, value | "in", "(", value, { ",", value }, ")" )
 *   operator    = "=" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "startswith" | "endswith"
 *
 * Words of the language are those above in any case. Fields and values stand bare or in quotes, `"` or `'`, in which a
 * backslash stands before a quote or a backslash and nowhere else changes anything: paths of Windows need no doubling.
 * What it is NOT: a language that runs anything. No patterns, no functions, no cost beyond its length.
 */

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'startswith' | 'endswith';

export interface GivenValue {
  readonly text: string;
  /** In quotes: text, also where it looks like a number. */
  readonly quoted: boolean;
  /** Of the expression, characters from 0. */
  readonly at: number;
}

export type Expression =
  | { readonly kind: 'or' | 'and'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | {
      readonly kind: 'compare';
      readonly field: string;
      readonly operator: Operator;
      readonly value: GivenValue;
    }
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly GivenValue[] };

/**
 * - `field` `operator` `value` `close` `list` what should stand there · `end` something stands behind the end
 * - `quote` a quote is not closed · `ordered` neither a number nor a time is compared by order · `deep` too many levels
 */
export type ExpressionFlaw =
  | 'field'
  | 'operator'
  | 'value'
  | 'close'
  | 'list'
  | 'end'
  | 'quote'
  | 'ordered'
  | 'deep';

export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly flaw: ExpressionFlaw;
  /** Characters from 0; the length of the expression where it ends too early. */
  readonly at: number;

  constructor(flaw: ExpressionFlaw, at: number) {
    super(`${flaw} at ${at}`);
    this.flaw = flaw;
    this.at = at;
  }
}

type Token =
  | { readonly kind: 'sign'; readonly text: string; readonly at: number }
  | { readonly kind: 'word'; readonly text: string; readonly quoted: boolean; readonly at: number };

const deepest = 64;
const signs = ['<=', '>=', '!=', '<', '>', '=', '(', ')', ','] as const;
const operators: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);
const wordOperators: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith']);

/** Other ways to write the same. */
const aliases: Readonly<Record<string, string>> = { '==': '=', '<>': '!=' };

function quotedAt(text: string, at: number): { readonly word: string; readonly end: number } {
  const quote = text[at];
  let word = '';
  for (let index = at + 1; index < text.length; index += 1) {
    const character = text[index] ?? '';
    const next = text[index + 1];
    if (character === quote) return { word, end: index + 1 };
    if (character === '\\' && (next === quote || next === '\\')) {
      word += next;
      index += 1;
    } else word += character;
  }
  throw new ExpressionError('quote', at);
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const character = text[at] ?? '';
    const pair = text.slice(at, at + 2);
    const sign = aliases[pair] ?? signs.find((one) => text.startsWith(one, at));
    if (/\s/.test(character)) at += 1;
    else if (sign !== undefined) {
      tokens.push({ kind: 'sign', text: sign, at });
      at += aliases[pair] === undefined ? sign.length : 2;
    } else if (character === '"' || character === "'") {
      const { word, end } = quotedAt(text, at);
      tokens.push({ kind: 'word', text: word, quoted: true, at });
      at = end;
    } else {
      const word = /^[^\s<>=!(),"']+/.exec(text.slice(at))?.[0] ?? character;
      tokens.push({ kind: 'word', text: word, quoted: false, at });
      at += word.length;
    }
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #next = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
    this.#end = text.length;
  }

  whole(): Expression {
    const expression = this.#or(0);
    if (this.#token !== undefined) this.#fail('end');
    return expression;
  }

  get #token(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #fail(flaw: ExpressionFlaw): never {
    throw new ExpressionError(flaw, this.#token?.at ?? this.#end);
  }

  /** Takes a word of the language. */
  #take(word: string): boolean {
    const token = this.#token;
    if (token === undefined || token.text.toLowerCase() !== word) return false;
    if (token.kind === 'word' && token.quoted) return false;
    this.#next += 1;
    return true;
  }

  #or(depth: number): Expression {
    const parts = [this.#and(depth)];
    while (this.#take('or')) parts.push(this.#and(depth));
    return only(parts) ?? { kind: 'or', parts };
  }

  #and(depth: number): Expression {
    const parts = [this.#not(depth)];
    while (this.#take('and')) parts.push(this.#not(depth));
    return only(parts) ?? { kind: 'and', parts };
  }

  #not(depth: number): Expression {
    if (depth > deepest) this.#fail('deep');
    if (this.#take('not')) return { kind: 'not', part: this.#not(depth + 1) };
    if (!this.#take('(')) return this.#comparison();
    const inner = this.#or(depth + 1);
    if (!this.#take(')')) this.#fail('close');
    return inner;
  }

  #comparison(): Expression {
    const field = this.#token;
    if (field?.kind !== 'word' || field.text === '') return this.#fail('field');
    this.#next += 1;
    if (this.#take('in')) return { kind: 'in', field: field.text, values: this.#list() };
    const operator = this.#operator();
    return { kind: 'compare', field: field.text, operator, value: this.#value() };
  }

  #operator(): Operator {
    const token = this.#token;
    const text = token?.text.toLowerCase() ?? '';
    const isOne = token?.kind === 'sign' ? operators.has(text) : wordOperators.has(text);
    if (!isOne || !isOperator(text)) return this.#fail('operator');
    this.#next += 1;
    return text;
  }

  #value(): GivenValue {
    const token = this.#token;
    if (token?.kind !== 'word') return this.#fail('value');
    this.#next += 1;
    const { text, quoted, at } = token;
    return { text, quoted, at };
  }

  #list(): readonly GivenValue[] {
    if (!this.#take('(')) this.#fail('list');
    const values = [this.#value()];
    while (this.#take(',')) values.push(this.#value());
    if (!this.#take(')')) this.#fail('close');
    return values;
  }
}

const isOperator = (text: string): text is Operator => operators.has(text) || wordOperators.has(text);

const only = (parts: readonly Expression[]): Expression | undefined =>
  parts.length === 1 ? parts[0] : undefined;

/** @throws ExpressionError with the place of what is wrong */
export const parseExpression = (text: string): Expression => new Parser(text).whole();
