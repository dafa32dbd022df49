namespace DistTrain.Node.Trained;

/// <summary>What an autoencoder made of one test image.</summary>
/// <param name="Index">In the test set, from 0.</param>
/// <param name="Pixels">Channels x height x width bytes.</param>
/// <param name="Error">Mean squared error of its pixels, which go from 0 to 1.</param>
internal sealed record Reconstruction(int Index, byte[] Pixels, double Error);
