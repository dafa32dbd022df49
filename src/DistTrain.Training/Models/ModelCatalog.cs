namespace DistTrain.Training.Models;

/// <summary>Models by the names that <c>--model</c> and <c>--variant</c> take.</summary>
public static class ModelCatalog
{
    public const string Modern = "modern";
    public const string Classic = "classic";

    /// <summary>What <c>--model</c> takes, for help texts and messages.</summary>
    public const string Names = "lenet5, or mlp:WIDTHS such as mlp:784-300-100-10";

    public const string Variants = "modern (ReLU, max-pool) or classic (sigmoid, average-pool)";

    /// <exception cref="UserErrorException">No such model or variant; the message names those there are.</exception>
    public static ModelDescription Find(string name, string variant) => Find(name, new NetworkOptions { Variant = variant });

    /// <exception cref="UserErrorException">No such model or variant, or something is chosen for layers that the model has not.</exception>
    public static ModelDescription Find(string name, NetworkOptions options)
    {
        if (options.Variant is not (Modern or Classic))
        {
            throw new UserErrorException($"variant '{options.Variant}' is not known: it can be {Variants}");
        }

        if (name == LeNet5.Name)
        {
            return LeNet5.Describe(options);
        }

        return name.StartsWith(MultilayerPerceptron.Prefix, StringComparison.Ordinal)
            ? MultilayerPerceptron.Parse(name, options)
            : throw new UserErrorException($"model '{name}' is not known: it can be {Names}");
    }
}
