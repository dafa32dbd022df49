using System.Globalization;
using System.Reflection;
using DistTrain.Training.Data;

namespace DistTrain.Training.Models;

/// <summary>Models by the names that <c>--model</c> and <c>--variant</c> take.</summary>
public static class ModelCatalog
{
    public const string Modern = "modern";
    public const string Classic = "classic";

    public const string Variants = "modern (ReLU, max-pool) or classic (sigmoid, average-pool)";

    /// <summary>All that there are, by name. Each says itself that it is one: <see cref="ModelFamilyAttribute{TFamily}"/>.</summary>
    public static IReadOnlyList<IModelFamily> Families { get; } =
    [
        .. typeof(ModelCatalog).Assembly.GetCustomAttributes<ModelFamilyAttribute>()
            .Select(attribute => attribute.Create())
            .OrderBy(family => family.Name, StringComparer.Ordinal),
    ];

    /// <summary>What <c>--model</c> takes, for help texts and messages.</summary>
    public static string Names => string.Join(", ", Families.Select(family => family.Usage));

    /// <exception cref="UserErrorException">No such model or variant; the message names those there are.</exception>
    public static ModelDescription Find(string name, string variant) => Find(name, new NetworkOptions { Variant = variant });

    /// <exception cref="UserErrorException">No such model or variant, or something is chosen for layers that the model has not.</exception>
    public static ModelDescription Find(string name, NetworkOptions options)
    {
        if (options.Variant is not (Modern or Classic))
        {
            throw new UserErrorException($"variant '{options.Variant}' is not known: it can be {Variants}");
        }

        IModelFamily family = FamilyOf(name);
        ModelDescription model = family.Describe(ModelName.Parse(name, family.Usage), options);
        RequireLayers(model, options);
        return model;
    }

    /// <summary>The name of the network for these images: the same if it says its shape, or has a fixed one, or takes such images anyway.</summary>
    /// <exception cref="UserErrorException">No such model.</exception>
    public static string Fit(string name, NetworkOptions options, LabelledImages images)
    {
        IModelFamily family = FamilyOf(name);
        var parsed = ModelName.Parse(name, family.Usage);
        ModelDescription model = Find(name, options);
        bool answers = model.Task == ModelTask.Reconstruction || model.Classes == images.Classes;
        return parsed.Shape is not null || (model.Shape == images.Shape && answers)
            ? name
            : family.Fit(parsed, images.Shape, images.Classes);
    }

    /// <summary>Nothing may be chosen for layers that are not there: it would be taken for having an effect.</summary>
    private static void RequireLayers(ModelDescription model, NetworkOptions options)
    {
        if (options.Pooling is { } pooling && !model.Layers.Any(layer => layer is Pooling))
        {
            throw new UserErrorException($"--pooling is {NetworkNames.Of(pooling)}: model {model.Name} has no pooling; leave --pooling out");
        }

        if (options.Activation is { } activation && !model.Layers.Any(layer => layer is Activation))
        {
            throw new UserErrorException($"--activation is {NetworkNames.Of(activation)}: model {model.Name} has no hidden layer to activate; leave --activation out or choose another --model");
        }

        if (options.Dropout > 0 && !model.HasDropout)
        {
            throw new UserErrorException(string.Create(
                CultureInfo.InvariantCulture, $"--dropout is {options.Dropout}: model {model.Name} has no hidden layer to drop values of; leave --dropout out or choose another --model"));
        }
    }

    private static IModelFamily FamilyOf(string name) =>
        Families.FirstOrDefault(family => family.Name == ModelName.FamilyOf(name)) ?? throw new UserErrorException($"model '{name}' is not known: it can be {Names}");
}
