/** Reads declared types as text: the debugger shows values by the names that the source uses. */
import type * as t from "@babel/types";
import type { SourceFile, StructDeclaration } from "./program.ts";

type Annotation = t.Node | null | undefined;

/** The annotation as written, on one line; null when there is none. */
export function typeText(file: SourceFile, annotation: Annotation): string | null {
  if (!annotation || annotation.type === "Noop") return null;
  const type = annotation.type === "TSTypeAnnotation" ? annotation.typeAnnotation : annotation;
  return file.text.slice(type.start ?? 0, type.end ?? 0).replace(/\s+/g, " ");
}

/** The members of an interface, or of an alias for an object type; null for other aliases. */
export function readStruct(
  file: SourceFile,
  node: t.TSInterfaceDeclaration | t.TSTypeAliasDeclaration,
): StructDeclaration | null {
  if (node.type === "TSInterfaceDeclaration") {
    const bases = (node.extends ?? []).flatMap((base) =>
      base.expression.type === "Identifier" ? [base.expression.name] : [],
    );
    return { name: node.id.name, bases, fields: readFields(file, node.body.body) };
  }
  if (node.typeAnnotation.type !== "TSTypeLiteral") return null;
  const fields = readFields(file, node.typeAnnotation.members);
  return { name: node.id.name, bases: [], fields };
}

function readFields(
  file: SourceFile,
  members: readonly t.TSTypeElement[],
): { name: string; type: string }[] {
  const fields: { name: string; type: string }[] = [];
  for (const member of members) {
    if (member.type === "TSPropertySignature" && member.key.type === "Identifier") {
      const type = typeText(file, member.typeAnnotation) ?? "unknown";
      fields.push({ name: member.key.name, type });
    } else if (member.type === "TSMethodSignature" && member.key.type === "Identifier") {
      const text = file.text.slice(member.key.end ?? 0, member.end ?? 0);
      fields.push({
        name: member.key.name,
        type: text.replace(/[;,]\s*$/, "").replace(/\s+/g, " "),
      });
    }
  }
  return fields;
}
