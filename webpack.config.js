// Python files are bundled as text: the built-in snippets and the code the
// front end sends to a kernel exist once, as real Python files in runtime_kit/.
module.exports = {
  module: {
    rules: [
      { test: /\.py$/, type: 'asset/source' },
      {
        test: /\.files$/,
        loader: require.resolve('./scripts/lib/text-files.cjs')
      }
    ]
  },
  // The default takes a module's number from a hash of the checkout's path: no two builds are alike.
  optimization: { moduleIds: 'natural' }
};
