using DistTrain.Node.Trained;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Node.Hosting;

/// <summary>The weights that a job's first step starts from.</summary>
internal static class StartingWeights
{
    /// <summary>Drawn from the seed, or those of <see cref="JobSpec.From"/>; the job then names them by their digest.</summary>
    /// <exception cref="UserErrorException">They cannot be read, are of another network, or are not those that the job names.</exception>
    public static (float[] Weights, JobSpec Spec) Of(JobSpec spec, ModelDescription model)
    {
        if (spec.From.Length == 0)
        {
            float[] drawn = new float[model.Layout.Count];
            model.Initialise(spec.Seed, drawn);
            return (drawn, spec);
        }

        TrainedModel start = Open(spec.From);
        RequireSameNetwork(start, model);
        string digest = WeightsDigest.Of(start.Checkpoint.Weights);
        if (spec.FromSha256.Length > 0 && spec.FromSha256 != digest)
        {
            throw new UserErrorException(
                $"--from: the weights of {start.Path} have changed: the job names SHA-256 {spec.FromSha256}, and they have {digest}; give the file that it was, or name this one by --from to start another job");
        }

        return (start.Checkpoint.Weights, spec with { FromSha256 = digest });
    }

    private static TrainedModel Open(string from)
    {
        try
        {
            return TrainedModel.Open(from);
        }
        catch (UserErrorException bad)
        {
            throw new UserErrorException($"--from: {bad.Message}", bad);
        }
    }

    /// <summary>Weights that were made for other activations are of no use, though they would fit.</summary>
    private static void RequireSameNetwork(TrainedModel start, ModelDescription model)
    {
        bool fits = Shapes(start.Model).SequenceEqual(Shapes(model)) && Functions(start.Model).SequenceEqual(Functions(model));
        if (!fits)
        {
            throw new UserErrorException(
                $"--from: {start.Path} is of {start.Model.Name} ({start.Model.Variant}), and the job is about {model.Name} ({model.Variant}); give the same --model, --variant, --activation and --pooling");
        }
    }

    private static IEnumerable<string> Shapes(ModelDescription model) =>
        model.Layout.Tensors.Select(tensor => $"{tensor.Name} {string.Join(' ', tensor.Shape)}");

    private static IEnumerable<Layer> Functions(ModelDescription model) => model.Layers.Where(layer => layer is Activation or Pooling);
}
