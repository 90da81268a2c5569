/**
 * Directives of Apache, nginx and lighttpd that load or run something.
 *
 * What it is NOT: a parser of whole configurations: conditions and sections are not followed, and a directive in a
 * section counts like any other. A line that ends in a backslash goes on. Bounds: 50,000 lines, 2,000 lines of one
 * block. Sources: Apache mod_so, mod_log_config ("Piped Logs"), mod_rewrite (prg:), mod_ext_filter, mod_env,
 * mod_alias, mod_actions, mod_lua, mod_perl; nginx ngx_core_module (load_module, env), ngx_http_perl_module,
 * ngx_http_js_module, lua-nginx-module; lighttpd include_shell, accesslog ("|command").
 */
import { textLines } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';

export interface WebDirective {
  readonly line: number;
  readonly name: string;
  /** One character a byte. */
  readonly value: string;
  readonly language: PersistenceFact['language'];
  /** A path that is loaded or run, as it stands. */
  readonly path?: string;
  /** Lines of a block of code. */
  readonly block?: readonly { readonly line: number; readonly text: string }[];
  /** A setting of PHP that is handed over. */
  readonly php?: { readonly key: string; readonly value: string };
  readonly text: string;
}

interface Line {
  readonly line: number;
  readonly text: string;
}

const bounds = { lines: 50_000, longest: 65_536 };
const mostBlock = 2_000;
const unquoted = (text: string): string => text.trim().replace(/^(["'])([\s\S]*)\1$/, '$2');

function joinedLines(bytes: Uint8Array): readonly Line[] {
  const lines: { line: number; text: string }[] = [];
  let open = false;
  for (const { line, text } of textLines(bytes, bounds)) {
    const last = lines.at(-1);
    const goesOn = text.endsWith('\\');
    const own = goesOn ? text.slice(0, -1) : text;
    if (open && last !== undefined && last.text.length < 262_144) last.text += ` ${own.trim()}`;
    else lines.push({ line, text: own });
    open = goesOn;
  }
  return lines;
}

/** `"|prog -a"`, `|$prog`, `||prog`: a program behind a log. */
function pipeOf(value: string): string | undefined {
  return /^\s*(?:"\s*\|[|$]?\s*((?:[^"\\]|\\.)*)"|\|[|$]?\s*(\S+))/
    .exec(value)
    ?.slice(1)
    .find((one) => one !== undefined)
    ?.replace(/\\(.)/g, '$1');
}

type Apache = (value: string) => Omit<WebDirective, 'line' | 'name' | 'text'> | undefined;

const setting = (value: string, path: string | undefined) =>
  ({ value, language: 'setting', ...(path === undefined ? {} : { path }) }) as const;
const logged: Apache = (value) => {
  const command = pipeOf(value);
  return command === undefined ? undefined : { value: command, language: 'shell' };
};
const secondPath: Apache = (value) => {
  const path = /^\s*\S+\s+(?:"([^"]+)"|(\S+))/.exec(value);
  return setting(value, path?.[1] ?? path?.[2]);
};
const firstPath: Apache = (value) => setting(value, unquoted(value).split(/\s/, 1)[0]);
/** A script that an interpreter inside the server runs. */
const script =
  (form: Apache, language: WebDirective['language']): Apache =>
  (value) => {
    const read = form(value);
    return read === undefined ? undefined : { ...read, language };
  };
const phpValue: Apache = (value) => {
  const match = /^\s*([\w.]+)\s+(.*)$/.exec(value);
  if (match === null) return undefined;
  return {
    ...setting(value, undefined),
    php: { key: (match[1] ?? '').toLowerCase(), value: match[2] ?? '' },
  };
};
const environment: Apache = (value) => {
  const match =
    /^\s*(LD_PRELOAD|LD_AUDIT|LD_LIBRARY_PATH|PATH|PERL5LIB|PYTHONPATH|PHP_INI_SCAN_DIR|PHPRC)\s+(.*)$/.exec(
      value,
    );
  return match === null ? undefined : setting(value, unquoted(match[2] ?? '').split(/[\s:]/, 1)[0]);
};

const apacheForms: Readonly<Record<string, Apache>> = {
  loadmodule: secondPath,
  loadfile: firstPath,
  customlog: logged,
  errorlog: logged,
  transferlog: logged,
  globallog: logged,
  forensiclog: logged,
  scriptlog: logged,
  rewritemap: (value) => {
    const at = value.indexOf('prg:');
    const program = at < 0 ? undefined : value.slice(at + 4).split('"', 1)[0];
    return program === undefined ? undefined : { value: program, language: 'argv' };
  },
  extfilterdefine: (value) => {
    const program = /\bcmd=(?:"((?:[^"\\]|\\.)*)"|(\S+))/.exec(value);
    return program === null ? undefined : { value: program[1] ?? program[2] ?? '', language: 'argv' };
  },
  defineexternalauth: (value) => {
    const program = /\bpipe:(\S+)/.exec(value)?.[1];
    return program === undefined ? undefined : { value: unquoted(program), language: 'argv' };
  },
  addexternalauth: (value) => {
    const program = /^\s*\S+\s+"?([^"]+)"?/.exec(value)?.[1];
    return program === undefined ? undefined : { value: program, language: 'argv' };
  },
  setenv: environment,
  scriptalias: secondPath,
  scriptaliasmatch: secondPath,
  wsgiscriptalias: script(secondPath, 'python'),
  luahookaccesschecker: script(firstPath, 'lua'),
  luahookauthchecker: script(firstPath, 'lua'),
  luahookfixups: script(firstPath, 'lua'),
  luahooktranslatename: script(firstPath, 'lua'),
  luahookmaptostorage: script(firstPath, 'lua'),
  luahooklog: script(firstPath, 'lua'),
  luahooktypechecker: script(firstPath, 'lua'),
  luamaphandler: script(secondPath, 'lua'),
  luapackagepath: firstPath,
  perlrequire: script(firstPath, 'perl'),
  perlpostconfigrequire: script(firstPath, 'perl'),
  php_value: phpValue,
  php_admin_value: phpValue,
};

export function apacheDirectives(bytes: Uint8Array): readonly WebDirective[] {
  const found: WebDirective[] = [];
  let block: Line[] | undefined;
  let opened: Line = { line: 0, text: '' };
  for (const { line, text } of joinedLines(bytes)) {
    if (block !== undefined) {
      if (/^\s*<\/Perl>/i.test(text)) {
        found.push({ ...opened, name: '<Perl>', value: '', language: 'perl', block });
        block = undefined;
      } else if (block.length < mostBlock) block.push({ line, text });
      continue;
    }
    if (/^\s*<Perl\b/i.test(text)) {
      block = [];
      opened = { line, text };
      continue;
    }
    const match = /^([A-Za-z_]+)\s+(\S.*)$/.exec(text.trim());
    if (match === null) continue;
    const [, name = '', value = ''] = match;
    const form = Object.hasOwn(apacheForms, name.toLowerCase()) ? apacheForms[name.toLowerCase()] : undefined;
    const read = form?.(value);
    if (read !== undefined) found.push({ line, name, text, ...read });
  }
  return found;
}

const nginxLanguages: readonly (readonly [RegExp, WebDirective['language']])[] = [
  [/by_lua_file$/, 'lua'],
  [/^perl_require$/, 'perl'],
  [/^js_/, 'javascript'],
];
const nginxLanguage = (name: string): WebDirective['language'] =>
  nginxLanguages.find(([form]) => form.test(name))?.[1] ?? 'setting';

const nginxPath =
  /^(?:load_module|(?:\w+_)?by_lua_file|perl_modules|perl_require|js_include|lua_package_c?path)$/;

/** A block from its opening brace to the one that closes it; braces in strings count as they stand. */
function blockFrom(
  lines: readonly Line[],
  at: number,
  rest: string,
): { readonly block: readonly Line[]; readonly end: number } {
  const block: Line[] = [];
  let depth = 0;
  for (let index = at; index < lines.length && block.length < mostBlock; index += 1) {
    const here = lines[index];
    if (here === undefined) break;
    const text = index === at ? rest : here.text;
    let stop = -1;
    for (let column = 0; column < text.length && stop < 0; column += 1) {
      if (text[column] === '{') depth += 1;
      else if (text[column] === '}') {
        depth -= 1;
        if (depth <= 0) stop = column;
      }
    }
    const inside = (stop < 0 ? text : text.slice(0, stop)).replace(index === at ? /^\s*\{/ : /^(?!)/, '');
    if (inside.trim() !== '') block.push({ line: here.line, text: inside });
    if (stop >= 0) return { block, end: index };
  }
  return { block, end: Math.min(at + block.length, lines.length) };
}

export function nginxDirectives(bytes: Uint8Array): readonly WebDirective[] {
  const lines = [...textLines(bytes, bounds)];
  const found: WebDirective[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const { line, text } = lines[at] ?? { line: 0, text: '' };
    if (/^\s*#/.test(text)) continue;
    const code = /\b(\w*by_lua_block)\b/.exec(text);
    const after = code === null ? '' : text.slice(code.index + (code[1] ?? '').length).trim();
    if (code !== null && /^(?:\{|\$\w+\s*\{|$)/.test(after)) {
      const brace = text.indexOf('{', code.index);
      const from = brace >= 0 ? at : at + 1;
      const { block, end } = blockFrom(
        lines,
        from,
        brace >= 0 ? text.slice(brace) : (lines[from]?.text ?? ''),
      );
      found.push({ line, name: code[1] ?? '', value: '', language: 'lua', block, text });
      at = Math.max(at, end);
      continue;
    }
    for (const part of text.split(/(?<=;)|(?<=\{)/)) {
      const match = /^([a-z_]+)\s+(\S.*)$/.exec(part.trim().replace(/[;{]$/, '').trimEnd());
      if (match === null) continue;
      const [, name = '', value = ''] = match;
      const bare = unquoted(value);
      if (nginxPath.test(name))
        found.push({
          ...{ line, name, text },
          ...setting(bare, /^(?:[^;?]*)/.exec(bare)?.[0]),
          language: nginxLanguage(name),
        });
      else if (/_by_lua$/.test(name)) found.push({ line, name, value: bare, language: 'lua', text });
      else if (/^(?:perl|perl_set)$/.test(name) && /\bsub\b/.test(value))
        found.push({ line, name, value: bare, language: 'perl', text });
      else if (name === 'js_import') {
        const path = unquoted(value.split(/\s+/).at(-1) ?? '');
        found.push({ line, name, text, ...setting(value, path), language: nginxLanguage(name) });
      } else if (name === 'env' && /^(?:LD_PRELOAD|LD_AUDIT)=/.test(bare))
        found.push({ line, name, text, ...setting(bare, bare.slice(bare.indexOf('=') + 1)) });
      else if (/^(?:fastcgi|uwsgi|scgi)_param$/.test(name)) {
        const handed = /^PHP_(?:ADMIN_)?VALUE\s+(.*)$/.exec(value)?.[1];
        for (const one of unquoted(handed ?? '').split(/\\n|\n/)) {
          const php = /^\s*([\w.]+)\s*=\s*(.*)$/.exec(one);
          if (php !== null)
            found.push({
              line,
              name,
              text,
              ...setting(one, undefined),
              php: { key: php[1] ?? '', value: php[2] ?? '' },
            });
        }
      }
    }
  }
  return found;
}

export function lighttpdDirectives(bytes: Uint8Array): readonly WebDirective[] {
  return [...textLines(bytes, bounds)].flatMap(({ line, text }): readonly WebDirective[] => {
    const shell = /^\s*include_shell\s+"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
    if (shell !== undefined)
      return [{ line, name: 'include_shell', value: shell.replace(/\\(.)/g, '$1'), language: 'shell', text }];
    const match = /^\s*([\w.]+)\s*\+?:?=\s*"\s*\|\s*([^"]*)"/.exec(text);
    if (match === null) return [];
    return [{ line, name: match[1] ?? '', value: match[2] ?? '', language: 'shell', text }];
  });
}
