/**
 * What a text in the shell command language is made of, as far as a reader of attacks needs it.
 *
 * Conditions, loops and cases are groups whose whole content is one script: what may be run is read as run.
 * Text holds one character a byte (Latin-1), as everything that is parsed here.
 */

export type WordPart =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Stood in quotes or behind a backslash. */
      readonly quoted: boolean;
      /** Written by the numbers of its bytes: `$'\x63'`. */
      readonly numeric?: true;
    }
  | {
      readonly kind: 'variable';
      readonly name: string;
      /** What follows the name in `${…}`, as it stands: `:-default`, `/a/b`, `:3:2`. */
      readonly operation: string;
      /** `${#x}` and `${!x}`. */
      readonly prefix: '' | '#' | '!';
      readonly quoted: boolean;
    }
  | { readonly kind: 'command'; readonly script: Script; readonly quoted: boolean }
  | { readonly kind: 'process'; readonly script: Script; readonly direction: '<' | '>' }
  | { readonly kind: 'arithmetic'; readonly text: string };

export interface Word {
  readonly parts: readonly WordPart[];
}

export interface Redirection {
  /** `<`, `>`, `>>`, `<<`, `<<<`, `<>`, `>&`, `<&`, `&>`, `&>>`, `>|`. */
  readonly operator: string;
  /** -1 where none is written. */
  readonly descriptor: number;
  readonly target: Word;
  /** The lines of a here-document. */
  readonly body?: Word;
}

export interface Assignment {
  readonly name: string;
  readonly append: boolean;
  readonly value: Word;
}

export interface SimpleCommand {
  readonly kind: 'simple';
  /** One-based. */
  readonly line: number;
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
}

export interface GroupCommand {
  readonly kind: 'group';
  readonly line: number;
  readonly script: Script;
  readonly redirections: readonly Redirection[];
  /** The variable of a `for` and what it runs over. */
  readonly loop?: { readonly name: string; readonly values: readonly Word[] };
  /** Of a function: read where it is called, or once where it never is. */
  readonly name?: string;
  /** Of a coprocess: the array that names its output and its input. */
  readonly coprocess?: string;
}

export type Command = SimpleCommand | GroupCommand;

/** Commands joined by pipes, and what joins them to the next. */
export interface Pipeline {
  readonly commands: readonly Command[];
  readonly joiner: '' | ';' | '&' | '&&' | '||';
}

export interface Script {
  readonly pipelines: readonly Pipeline[];
  /** A bound was met: what stands behind was not read. */
  readonly cut: boolean;
}
