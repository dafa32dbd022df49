using DistTrain.Node.Commands;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Published;
using DistTrain.Training.Data.Synthetic;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;
using DistTrain.Training.Optimizers;

namespace DistTrain.Node.Export;

/// <summary>Makes a checkpoint of weights that come from elsewhere, with an optimizer that has seen nothing yet.</summary>
internal static class ModelImport
{
    /// <exception cref="ImportDefectsException">The file's tensors are not those of the model; it names every one.</exception>
    /// <exception cref="UserErrorException">The file cannot be read, or something has to be told about it.</exception>
    public static ModelFile Import(ImportOptions options)
    {
        try
        {
            using FileStream stream = File.OpenRead(options.File);
            return Import(stream, options);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserErrorException($"{options.File}: it cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    private static ModelFile Import(FileStream stream, ImportOptions options)
    {
        SafetensorsHeader header = SafetensorsReader.ReadHeader(stream, options.File);
        WeightsOrigin origin = WeightsFile.Origin(header, options.File);
        if (origin.Job is null && !options.NamesModel)
        {
            throw new UserErrorException($"{options.File}: it does not say which network it is of: name it by --model ({ModelCatalog.Names}), and --variant");
        }

        JobSpec job = options.Describe(origin.Job ?? new JobSpec { Name = "imported" });
        job.Validate();
        DatasetCatalog.CheckName(job.Dataset);
        ModelDescription model = job.Network();
        PixelNormalisation normalisation = Normalisation(options, origin, job);
        float[] weights = WeightsFile.Read(stream, header, model.Layout, options.File, out IReadOnlyList<string> defects);
        if (defects.Count > 0)
        {
            throw new ImportDefectsException(options.File, model.Name, defects);
        }

        var checkpoint = new Checkpoint
        {
            Job = job,
            Epoch = origin.Epoch,
            Step = origin.Step,
            Weights = weights,
            FirstMoment = job.KeptMoments().Zeros(Moments.First, weights.Length),
            SecondMoment = job.KeptMoments().Zeros(Moments.Second, weights.Length),
            Normalisation = normalisation,
            ClassNames = origin.ClassNames,
        };
        long bytes = OutputFile.Write(options.Output, output => CheckpointFile.Write(output, checkpoint));
        return ModelFile.Of(options.Output, bytes, checkpoint, model);
    }

    /// <summary>What the command line says, then the file, then the constants of the data set that it was trained on.</summary>
    private static PixelNormalisation Normalisation(ImportOptions options, WeightsOrigin origin, JobSpec job)
    {
        if ((options.Normalisation ?? origin.Normalisation) is { } known)
        {
            return known;
        }

        if (PublishedDatasets.Named(job.Dataset) is { } published)
        {
            return new PixelNormalisation(published.Mean, published.StandardDeviation);
        }

        return SyntheticDigits.IsName(job.Dataset)
            ? PixelNormalisation.Of(SyntheticDigits.Draw(job.Dataset, SyntheticDigits.CountIn(job.Dataset)))
            : throw new UserErrorException(
                $"{options.File}: it does not say how its inputs were normalised: name the data set that it was trained on by --dataset, such as mnist, or give --mean and --deviation");
    }
}
