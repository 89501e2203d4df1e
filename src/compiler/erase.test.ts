import { Script } from "node:vm";
import { expect, test } from "vitest";
import { compileModel } from "./index.ts";

test.each(["MASK.flags", "(MASK as any).flags", "MASK[0]", "-MASK + MASK * 2"])(
  "a constant may stand wherever a name may: %s",
  (expression) => {
    const text = `const MASK = 7;\nexport function f(): any {\n  return ${expression};\n}\n`;
    const { model, diagnostics } = compileModel(
      { "model/a.ts": text },
      { externals: {}, inputs: [] },
    );
    expect(diagnostics).toEqual([]);
    expect(() => new Script(`(${model!.bootSource})`)).not.toThrow();
  },
);
