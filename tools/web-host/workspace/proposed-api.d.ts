/** Two proposed calls of VS Code, as far as they are used here; a built-in extension may use them. */
declare module "vscode" {
  interface TextSearchQuery {
    pattern: string;
    isRegExp?: boolean;
    isCaseSensitive?: boolean;
    isWordMatch?: boolean;
  }

  interface TextSearchMatch {
    uri: Uri;
    ranges: Range;
    preview: { text: string; matches: Range };
  }

  interface TextSearchProvider {
    provideTextSearchResults(
      query: TextSearchQuery,
      options: { maxResults: number },
      progress: Progress<TextSearchMatch>,
    ): ProviderResult<{ limitHit: boolean }>;
  }

  namespace workspace {
    function registerFileSearchProvider(
      scheme: string,
      provider: { provideFileSearchResults(): ProviderResult<Uri[]> },
    ): Disposable;
    function registerTextSearchProvider(scheme: string, provider: TextSearchProvider): Disposable;
  }
}

// Makes this file a module, so that it adds to the declarations of VS Code.
export {};
