/** A parameter, a local or a temporary of one function. */
export interface Variable {
  readonly kind: "variable";
  /** Position in `ModelFunction.variables`: what a marker in printed code refers to. */
  readonly index: number;
  /** As written in the source; `f()` or "" for temporaries. */
  readonly name: string;
  /** Unique in its function and different from every module-level name. */
  readonly output: string;
  readonly keyword: "let" | "const";
  readonly temporary: boolean;
  type: string | null;
  /** Place in a frame while visible, counting from 1; siblings share places. 0 before lowering. */
  slot: number;
}
