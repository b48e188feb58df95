/* Style sheets are bundled with the page by the build. */
declare module '*.css';
