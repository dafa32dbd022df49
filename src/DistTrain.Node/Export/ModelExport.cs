using DistTrain.Node.Commands;
using DistTrain.Node.Trained;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;

namespace DistTrain.Node.Export;

/// <summary>Writes a trained model for other programs.</summary>
internal static class ModelExport
{
    /// <exception cref="UserErrorException">There is no checkpoint, the format cannot say the model, or the file cannot be written.</exception>
    public static async Task<ModelFile> ExportAsync(ExportOptions options, CancellationToken cancellation)
    {
        TrainedModel trained = TrainedModel.Open(options.Target);
        PixelNormalisation normalisation = await KnownNormalisation.OfAsync(trained, cancellation).ConfigureAwait(false);
        Checkpoint checkpoint = trained.Checkpoint with { Normalisation = normalisation, ClassNames = KnownClassNames.Of(trained.Checkpoint) };
        long bytes = OutputFile.Write(options.Output, stream =>
        {
            if (options.Format == ExportFormat.Onnx)
            {
                OnnxExport.Write(stream, trained with { Checkpoint = checkpoint }, normalisation);
            }
            else
            {
                WeightsFile.Write(stream, checkpoint, trained.Model.Layout);
            }
        });
        return ModelFile.Of(options.Output, bytes, checkpoint, trained.Model);
    }
}
