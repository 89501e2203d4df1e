import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SAMPLE_FILES } from "./sample-files.ts";

test("the samples are all scenarios and lessons that are for users", () => {
  const files = ["scenarios", "scenarios/gallery", "lessons"].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.balloon\.yaml$|\.lesson\.md$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  expect([...SAMPLE_FILES].sort()).toEqual(files.sort());
});

interface Step {
  readonly id: string;
  readonly description: string;
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly walkthroughs: readonly { readonly id: string; readonly steps: readonly Step[] }[];
  };
}

const { contributes } = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const texts = JSON.parse(readFileSync("package.nls.json", "utf8")) as Record<string, string>;
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

test("every step of the walkthrough is done by a command of ours that its text offers", () => {
  const commands = contributes.commands.map(({ command }) => command);
  expect(steps.length).toBeGreaterThanOrEqual(5);
  for (const { description, completionEvents } of steps) {
    const text = texts[description.replaceAll("%", "")] ?? "";
    const offered = [...text.matchAll(/\(command:([\w.]+)\)/g)].map(([, id = ""]) => id);
    expect(commands).toEqual(expect.arrayContaining(offered));
    expect(completionEvents).toEqual(offered.map((id) => `onCommand:${id}`));
  }
});

test("pictures of the walkthrough take their colours from the theme, and say what they show", () => {
  for (const { media } of steps) {
    const svg = readFileSync(media.svg, "utf8");
    expect(svg).toContain("var(--vscode-");
    expect(svg).not.toMatch(/#[0-9a-f]{3,8}\b|<script|<image|href=/i);
    expect(texts[media.altText.replaceAll("%", "")]).toMatch(/\w/);
  }
});
