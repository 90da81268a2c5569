/** Definitions that were compiled, each once for its content. */
import { DefinitionWriter } from './definition.ts';
import { type Element, elementOf } from './element.ts';
import { FieldPlan } from './field-plan.ts';
import { JsonPlan } from './json-plan.ts';
import { limits } from './layout.ts';

/** What is made of it is made when it is first asked for. */
export class Template {
  readonly root: Element;
  #fields: FieldPlan | undefined;
  #json: JsonPlan | undefined;

  constructor(root: Element) {
    this.root = root;
  }

  get fields(): FieldPlan {
    this.#fields ??= new FieldPlan(this.root);
    return this.#fields;
  }

  get json(): JsonPlan {
    this.#json ??= new JsonPlan(this.root);
    return this.#json;
  }
}

export class Templates {
  readonly #writer = new DefinitionWriter();
  /** By content. */
  readonly #kept = new Map<string, Template>();
  #keptBytes = 0;
  /** Where the last fragment ended that was read. */
  end = 0;
  /** Bytes that it had. */
  cost = 0;

  /** Of the fragment at `at`; undefined where it is not sound. */
  read(chunk: Uint8Array, at: number, end: number, dependent: boolean): Template | undefined {
    const writer = this.#writer;
    this.end = writer.write(chunk, at, end, dependent);
    this.cost = writer.length;
    if (this.end < 0) return undefined;
    const key = Buffer.prototype.latin1Slice.call(writer.out, 0, writer.length);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    this.#keptBytes += key.length;
    if (this.#kept.size >= limits.templates || this.#keptBytes > limits.templateBytes) {
      this.#kept.clear();
      this.#keptBytes = key.length;
    }
    const template = new Template(elementOf(writer.out.subarray(0, writer.length)));
    this.#kept.set(key, template);
    return template;
  }
}

const nameless = new Map<number, Template>();

/** Of values whose definition is not there: `<EventData><Data>…</Data>…</EventData>`, as data without names are. */
export function namelessTemplate(count: number): Template {
  let template = nameless.get(count);
  if (template === undefined) {
    const data = (_: unknown, index: number): Element => ({
      kind: 'element',
      name: 'Data',
      attributes: [],
      content: [{ kind: 'value', index, optional: false }],
    });
    const content = Array.from({ length: count }, data);
    template = new Template({ kind: 'element', name: 'EventData', attributes: [], content });
    nameless.set(count, template);
  }
  return template;
}
