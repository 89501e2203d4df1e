/** The colours that VS Code's own themes give to the variables the chart reads. */
export type ThemeName = "dark" | "light" | "high-contrast" | "high-contrast-light";

interface ThemeVariables {
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
}

const fonts = {
  "--vscode-font-family": "system-ui, 'Ubuntu', 'Droid Sans', sans-serif",
  "--vscode-font-size": "13px",
};

export const THEMES: Readonly<Record<ThemeName, ThemeVariables>> = {
  dark: {
    bodyClass: "vscode-dark",
    variables: {
      ...fonts,
      "--vscode-editor-background": "#1f1f1f",
      "--vscode-editor-foreground": "#cccccc",
      "--vscode-descriptionForeground": "#9d9d9d",
      "--vscode-charts-blue": "#3794ff",
      "--vscode-charts-green": "#89d185",
      "--vscode-charts-orange": "#d18616",
      "--vscode-charts-red": "#f14c4c",
      "--vscode-charts-yellow": "#cca700",
      "--vscode-charts-purple": "#b180d7",
      "--vscode-button-background": "#0078d4",
      "--vscode-button-foreground": "#ffffff",
      "--vscode-button-secondaryBackground": "#313131",
      "--vscode-button-secondaryForeground": "#cccccc",
      "--vscode-button-secondaryHoverBackground": "#3c3c3c",
      "--vscode-toolbar-hoverBackground": "rgba(90, 93, 94, 0.31)",
      "--vscode-focusBorder": "#0078d4",
      "--vscode-textLink-foreground": "#4daafc",
      "--vscode-widget-border": "#313131",
    },
  },
  light: {
    bodyClass: "vscode-light",
    variables: {
      ...fonts,
      "--vscode-editor-background": "#ffffff",
      "--vscode-editor-foreground": "#3b3b3b",
      "--vscode-descriptionForeground": "#3b3b3b",
      "--vscode-charts-blue": "#1a85ff",
      "--vscode-charts-green": "#388a34",
      "--vscode-charts-orange": "#d18616",
      "--vscode-charts-red": "#e51400",
      "--vscode-charts-yellow": "#bf8803",
      "--vscode-charts-purple": "#652d90",
      "--vscode-button-background": "#005fb8",
      "--vscode-button-foreground": "#ffffff",
      "--vscode-button-secondaryBackground": "#e5e5e5",
      "--vscode-button-secondaryForeground": "#3b3b3b",
      "--vscode-button-secondaryHoverBackground": "#cccccc",
      "--vscode-toolbar-hoverBackground": "rgba(184, 184, 184, 0.31)",
      "--vscode-focusBorder": "#005fb8",
      "--vscode-textLink-foreground": "#005fb8",
      "--vscode-widget-border": "#e5e5e5",
    },
  },
  "high-contrast": {
    bodyClass: "vscode-high-contrast",
    variables: {
      ...fonts,
      "--vscode-editor-background": "#000000",
      "--vscode-editor-foreground": "#ffffff",
      "--vscode-descriptionForeground": "rgba(255, 255, 255, 0.7)",
      "--vscode-charts-blue": "#59a4f9",
      "--vscode-charts-green": "#89d185",
      "--vscode-charts-orange": "#d18616",
      "--vscode-charts-red": "#f48771",
      "--vscode-charts-yellow": "#ffd37c",
      "--vscode-charts-purple": "#b180d7",
      "--vscode-button-border": "#6fc3df",
      "--vscode-button-foreground": "#ffffff",
      "--vscode-button-secondaryForeground": "#ffffff",
      "--vscode-contrastBorder": "#6fc3df",
      "--vscode-focusBorder": "#f38518",
      "--vscode-textLink-foreground": "#21a6ff",
      "--vscode-widget-border": "#6fc3df",
    },
  },
  "high-contrast-light": {
    bodyClass: "vscode-high-contrast-light vscode-high-contrast",
    variables: {
      ...fonts,
      "--vscode-editor-background": "#ffffff",
      "--vscode-editor-foreground": "#292929",
      "--vscode-descriptionForeground": "#292929",
      "--vscode-charts-blue": "#0063d3",
      "--vscode-charts-green": "#374e06",
      "--vscode-charts-orange": "#8a5200",
      "--vscode-charts-red": "#b5200d",
      "--vscode-charts-yellow": "#895503",
      "--vscode-charts-purple": "#652d90",
      "--vscode-button-background": "#0f4a85",
      "--vscode-button-border": "#0f4a85",
      "--vscode-button-foreground": "#ffffff",
      "--vscode-button-secondaryForeground": "#292929",
      "--vscode-contrastBorder": "#0f4a85",
      "--vscode-focusBorder": "#006bbd",
      "--vscode-textLink-foreground": "#0f4a85",
      "--vscode-widget-border": "#0f4a85",
    },
  },
};
