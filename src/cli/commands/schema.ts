/** `demine schema`: the JSON Schema of the result. */
import { resultJsonSchema } from '../../model/result.ts';
import { write } from '../terminal.ts';

export async function schemaCommand(): Promise<number> {
  await write(`${JSON.stringify(resultJsonSchema(), null, 2)}\n`);
  return 0;
}
